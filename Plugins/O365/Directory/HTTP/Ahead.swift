/// A request on a thread of its own. It is the only one at its time: whoever started it waits for it before asking for
/// anything else.

internal import ConnectorKit
internal import Glibc

/// Written by the thread until it ends, read only after it was joined.
final class Ahead: @unchecked Sendable {
    let url: String
    private let request: HTTPRequest
    private let transport: Transport
    private let body: BodyBuffer
    private let host: Host
    private var outcome = HTTPOutcome.cancelled
    private var thread = pthread_t()
    private var isRunning = false

    init(_ request: HTTPRequest, _ transport: Transport, _ body: BodyBuffer, _ host: Host) {
        self.request = request
        self.transport = transport
        self.body = body
        self.host = host
        url = request.url
        let context = Unmanaged.passRetained(self)
        isRunning = pthread_create(&thread, nil, runAhead, context.toOpaque()) == 0
        if !isRunning {
            context.release()
            run()
        }
    }

    deinit {
        if isRunning { pthread_join(thread, nil) }
    }

    fileprivate func run() { outcome = transport.perform(request, into: body, host: host) }

    func wait() -> HTTPOutcome {
        if isRunning {
            pthread_join(thread, nil)
            isRunning = false
        }
        return outcome
    }
}

private let runAhead: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
    guard let context else { return nil }
    Unmanaged<Ahead>.fromOpaque(context).takeRetainedValue().run()
    return nil
}
