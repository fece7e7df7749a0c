internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import Synchronization

/// The site behind a socket. All that is here is HTTP: bodies read up to what the route allows, work handed to threads
/// that may block, events written as long as somebody listens. Limits for headers and idle connections are set, for
/// Hummingbird's own are wide or none.
package struct WebServer: Sendable {
    let site: Site
    let host: String
    let port: Int
    let logger: Logger
    private let stopping = StopSwitch()

    package init(_ site: Site, host: String, port: Int, logger: Logger) {
        self.site = site
        self.host = host
        self.port = port
        self.logger = logger
    }

    /// Takes no more connections, lets the answers under way finish, and ends `run`. From any thread.
    package func stop() { stopping.pull() }

    /// Serves until it is told to stop.
    package func run(whenListening: @escaping @Sendable (_ port: Int) -> Void) async throws {
        let responder = SiteResponder(site: site)
        let channel = HTTP1Channel.Configuration(
            idleTimeout: .seconds(75),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 32 << 10, maxHeaderListSize: 80 << 10, maxHeaderFieldCount: 100))
        let application = Application(
            responder: responder, server: .http1(configuration: channel),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), availableConnectionsDelegate: MaximumAvailableConnections(1000)),
            onServerRunning: { channel in whenListening(channel.localAddress?.port ?? port) }, logger: logger)
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: application)], logger: logger))
        stopping.set { Task { await group.triggerGracefulShutdown() } }
        try await group.run()
    }
}

/// Remembers that it was pulled before there was anything to stop.
private final class StopSwitch: Sendable {
    private struct State {
        var isPulled = false
        var action: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    func set(_ action: @escaping @Sendable () -> Void) {
        let isPulled = state.withLock { state in
            state.action = action
            return state.isPulled
        }
        if isPulled { action() }
    }

    func pull() {
        let action = state.withLock { state in
            state.isPulled = true
            return state.action
        }
        action?()
    }
}

/// The address that a request comes from, beside what Hummingbird keeps of it.
private struct PeerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let peer: String

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peer = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }
}

private struct SiteResponder: HTTPResponder {
    typealias Context = PeerContext

    let site: Site
    private let pool = BlockingPool(threads: 6)
    /// For what waits on connectors: they must not keep a page from coming.
    private let slow = BlockingPool(threads: 12, most: 64)

    init(site: Site) { self.site = site }

    func respond(to request: Request, context: PeerContext) async throws -> Response {
        let started = ContinuousClock.now
        var headers: [String: String] = [:]
        for field in request.headers {
            let name = field.name.canonicalName
            if name == "cookie", let first = headers[name] {
                headers[name] = first + "; " + field.value
            } else {
                headers[name] = field.value
            }
        }
        headers["host"] = request.head.authority
        let target = request.head.path ?? "/"
        var web: WebRequest
        do {
            web = try WebRequest(
                method: request.method.rawValue, target: target, headers: headers, peer: context.peer)
        } catch {
            return response(Problems.plain(error), started)
        }
        let terms = site.terms(web.method, web.segments)
        do {
            var body = try await request.body.collect(upTo: terms.mostBody)
            web.body = body.readBytes(length: body.readableBytes) ?? []
        } catch {
            return response(
                Problems.plain(WebFailure(413, "This is more than the \(terms.mostBody) bytes that are taken here.")),
                started)
        }
        let (site, whole) = (site, web)
        let answer = await (terms.isSlow ? slow : pool).run { site.answer(whole) }
        return response(
            answer
                ?? Problems.plain(
                    WebFailure(503, "There is too much to do just now.", hint: "Try again soon.", retryAfter: 5)),
            started)
    }

    private func response(_ answer: WebResponse, _ started: ContinuousClock.Instant) -> Response {
        var fields = HTTPFields()
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        let took = started.duration(to: .now)
        let milliseconds = Double(took.components.attoseconds) / 1e15 + Double(took.components.seconds) * 1000
        if let name = HTTPField.Name("server-timing") {
            fields.append(HTTPField(name: name, value: "total;dur=\(Int(milliseconds * 10) / 10)"))
        }
        let status = HTTPResponse.Status(code: answer.status)
        switch answer.body {
        case .bytes(let bytes):
            return Response(status: status, headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
        case .events(let events):
            return Response(status: status, headers: fields, body: stream(events))
        case .pieces(let pieces):
            return Response(status: status, headers: fields, body: stream(pieces))
        }
    }

    private func stream(_ pieces: WebResponse.Pieces) -> ResponseBody {
        let pool = slow
        return ResponseBody { writer in
            var (bytes, next) = pieces.first
            try await writer.write(ByteBuffer(bytes: bytes))
            while let place = next {
                // One that cannot be made breaks the transfer off, so that nobody takes half for the whole.
                guard let made = await pool.run({ Result { try pieces.make(place) } }) else { throw Overload() }
                (bytes, next) = try made.get()
                try await writer.write(ByteBuffer(bytes: bytes))
            }
            try await writer.finish(nil)
        }
    }

    private struct Overload: Error {}

    private func stream(_ events: RunEvents) -> ResponseBody {
        let pool = pool
        return ResponseBody { writer in
            var last = ""
            var quiet = 0
            // Half a second is often enough for the eye, and seldom enough for the store.
            while !Task.isCancelled, !Task.isShuttingDownGracefully {
                guard let (text, isDone) = await pool.run({ events.now() }) else { break }
                if text != last {
                    try await writer.write(ByteBuffer(string: text))
                    last = text
                    quiet = 0
                } else {
                    quiet += 1
                    // Proxies close what says nothing.
                    if quiet % 30 == 0 { try await writer.write(ByteBuffer(string: ": still here\n\n")) }
                }
                if isDone { break }
                try await Task.sleep(for: .milliseconds(500))
            }
            try await writer.finish(nil)
        }
    }
}
