internal import ArgumentParser
internal import FoundationEssentials
internal import RollcallConnectors
internal import RollcallCore

/// Lets a connector read, and prints its records, one JSON document a line, just as it emitted them: no store, no rules,
/// no address book. For its author.
struct ConnectorTry: Verb {
    static let configuration = CommandConfiguration(
        commandName: "try", abstract: "Let a connector read, and print its records as JSON lines.",
        discussion: "Secrets come from standard input, one a line, in the order of --secret. Exits as a sync would.")

    @Argument(help: "The library; its manifest lies beside it.") var file: String
    @Option(name: .customLong("set"), help: ArgumentHelp("A setting; may be repeated.", valueName: "key=value"))
    var settings: [String] = []
    @Option(help: ArgumentHelp("A secret to read from standard input; may be repeated.", valueName: "field"))
    var secret: [String] = []
    @Option(help: ArgumentHelp("Read changes since this state, in base64.", valueName: "state")) var delta: String?
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let library = try LibraryArgument.path(file)
        let pairs = try LibraryArgument.settings(settings)
        let info = try connector(library, session)
        let secrets = try readSecrets(session)
        let effective = try check(pairs, secrets, info)
        var state: [UInt8] = []
        if let delta {
            guard let data = Data(base64Encoded: delta) else { throw Failure(.usage, "--delta is not base64.") }
            state = Array(data)
        }
        let observer = TryObserver(session, source: info.id)
        let worker = try Worker(
            info, settings: effective, secrets: secrets, limits: session.workerLimits(),
            networks: try session.networks(), executable: session.configuration.layout.executable)
        defer { worker.close() }
        let end = try worker.sync(mode: delta == nil ? .full : .delta, state: state, observer: observer)
        try observer.end(end)
        var answer = Answer { _ in }
        answer.exitCode = end.status == .ok ? 0 : end.status.problemClass?.exitCode ?? 1
        return answer
    }

    /// The one of that very file. Its author need not be root.
    private func connector(_ library: String, _ session: Session) throws -> ConnectorInfo {
        let folder = library.lastIndex(of: "/").map { String(library[..<$0]) } ?? ""
        let catalog = Catalog(
            paths: [folder.isEmpty ? "/" : folder], policy: .own, pins: NoPins(), cache: nil,
            executable: session.configuration.layout.executable)
        guard let info = catalog.scan().first(where: { $0.library == library }) else {
            throw Failure(.failed, "\(library) is no connector.", hint: "Name the .so file, its manifest beside it.")
        }
        guard info.state == .ready else {
            throw Failure(
                .denied, "The connector \(info.id) is \(info.state.rawValue): \(info.reason ?? "")",
                hint: "`rollcall connector check \(library)` says more.")
        }
        return info
    }

    private func readSecrets(_ session: Session) throws -> [(name: String, value: String)] {
        if secret.isEmpty { return [] }
        if session.console.inputIsTerminal {
            return try secret.map { (name: $0, value: try SecretInput.read($0, session.console)) }
        }
        let input = try session.console.input(limit: SecretInput.limit)
        let lines = input.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard lines.count >= secret.count else {
            throw Failure(.usage, "Standard input has fewer lines than there are secrets to read.")
        }
        return zip(secret, lines).map { (name: $0, value: $1) }
    }

    private func check(
        _ pairs: [(name: String, value: String)], _ secrets: [(name: String, value: String)], _ info: ConnectorInfo
    ) throws -> [(name: String, value: String)] {
        guard let tab = info.tab else { return pairs }
        let settings = Dictionary(pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        if let problem = tab.validate(settings: settings, secrets: Set(secrets.map(\.name))).first {
            throw Failure(problem)
        }
        return tab.effective(settings: settings)
    }
}
