/// The connector `generic`: a list of addresses in a file or behind a URL.
///
/// A list has no deltas, but it can be told cheaply whether it has changed: mode delta asks the server (or digests the
/// file), and the host then has the same instance read all of it.

public import ConnectorKit

public final class Generic: Connector {
    public static let id = "generic"
    public static let version = "1.0.0"
    public static let flags: ConnectorFlags = [.deltas, .probes]

    private let options: Options
    /// What a probe has downloaded, for the full sync that follows it.
    private var downloaded: Download.Fetched?

    public init(settings: Pairs, host: Host) throws(Stop) { options = Options(settings) }

    public func call(_ method: String, arguments: Pairs, host: Host) throws(Stop) {
        switch method {
        case "check": try check(host)
        default: throw .unsupported
        }
    }

    public func sync(_ request: SyncRequest, host: Host) throws(Stop) {
        switch request.mode {
        case .delta: try probe(SourceState(request.state), host)
        case .full: try readAll(host)
        }
    }

    /// Reads the whole list and keeps nothing: what would fail a sync fails here.
    private func check(_ host: Host) throws(Stop) {
        let (file, _) = try input(host)
        let sink = EntrySink(nil, options)
        let result = try ListReading(file: file, options: options, host: host, sink: sink).run()
        sink.report(host)
        try host.answer("size", "\(file.size) bytes")
        try host.answer("format", result.format.rawValue)
        if !result.separator.isEmpty { try host.answer("separator", result.separator) }
        if !result.columns.isEmpty { try host.answer("columns", result.columns.joined(separator: ", ")) }
        try host.answer("rows", String(result.rows))
    }

    private func probe(_ state: SourceState?, _ host: Host) throws(Stop) {
        guard let state, state.settings == options.digest else { throw .needFull }
        switch try Location(options.location) {
        case .file(let path):
            let file = try InputFile(path: path, name: path)
            guard try file.contentDigest(host).text == state.content else { throw .needFull }
        case .remote(let url, let scheme):
            let download = Download(url: url, scheme: scheme, options: options, host: host)
            guard let fetched = try download.fetch(known: state) else { return }
            if fetched.digest.text == state.content { return }
            downloaded = fetched
            throw .needFull
        }
    }

    private func readAll(_ host: Host) throws(Stop) {
        let (file, fetched) = try input(host)
        let emitter = Emitter(host)
        let sink = EntrySink(emitter, options)
        let result = try ListReading(file: file, options: options, host: host, sink: sink).run()
        sink.report(host)
        let state = SourceState(
            settings: options.digest, content: result.digest?.text ?? "", etag: fetched?.etag ?? "",
            modified: fetched?.modified ?? "")
        try emitter.checkpoint(state.bytes)
    }

    private func fetched(_ kept: Download.Fetched?, _ download: Download) throws(Stop) -> Download.Fetched? {
        if let kept { return kept }
        return try download.fetch(known: nil)
    }

    private func input(_ host: Host) throws(Stop) -> (InputFile, Download.Fetched?) {
        switch try Location(options.location) {
        case .file(let path): return (try InputFile(path: path, name: path), nil)
        case .remote(let url, let scheme):
            let kept = downloaded
            downloaded = nil
            let download = Download(url: url, scheme: scheme, options: options, host: host)
            guard let fetched = try fetched(kept, download) else {
                throw .unavailable("\(download.shown) gave no answer.")
            }
            return (fetched.file, fetched)
        }
    }
}
