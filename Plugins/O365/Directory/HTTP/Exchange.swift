/// Requests as the connector makes them: tried until there is an answer that means something, or no patience is left.

internal import CCurl
internal import ConnectorKit

/// An answer with its body, good until the next request.
struct Answer {
    let response: HTTPResponse
    let body: Bytes

    var status: Int { response.status }
}

final class Exchange {
    let host: Host
    private let transport: Transport
    private var patience: Patience
    /// Two, so that a page can be read while the next one arrives.
    private var buffers = (BodyBuffer(), BodyBuffer())
    /// A request under way, made ahead of being asked for.
    private var ahead: Ahead?
    private(set) var requests = 0

    init(_ options: Options, _ cloud: Cloud, _ host: Host) throws(Stop) {
        self.host = host
        patience = Patience(attempts: options.attempts)
        transport = try Transport(
            .init(
                product: host.product, authorityFile: options.authorityFile, allowsPlain: cloud.isPlain,
                silence: options.silence))
    }

    /// Sends it, again where that can help. `isTransient` looks at an answer that is not known as one to be repeated.
    func send(
        _ request: HTTPRequest, what: String, isTransient: (Answer) -> Bool = { _ in false }
    ) throws(Stop) -> Answer {
        // Only failures that name no time of their own use up attempts.
        var attempt = 0
        while true {
            try host.checkCancelled()
            let outcome = take(request) ?? perform(request)
            switch outcome {
            case .response(let response):
                let answer = Answer(response: response, body: buffers.0.bytes)
                guard let reason = Self.reason(answer, what) ?? (isTransient(answer) ? Self.busy(answer, what) : nil)
                else {
                    return answer
                }
                if RetryAfter.seconds(response.retryAfter, now: Clock.now) == nil { attempt += 1 }
                host.log(
                    .warn, "\(what): HTTP \(response.status), request-id \(response.requestID), attempt \(attempt)")
                try patience.wait(after: attempt, retryAfter: response.retryAfter, host, or: reason)
            case .broken(let code, let text):
                let stop = Self.stop(code, text, what)
                attempt += 1
                host.log(.warn, "\(what): \(text), attempt \(attempt)")
                guard stop.status == .unavailable else { throw stop }
                try patience.wait(after: attempt, retryAfter: "", host, or: stop)
            case .tooLarge:
                throw .failed(
                    "\(what) is answered with more than \(Transport.sizeLimit >> 20) MiB: that is not believed.")
            case .forbidden(let address):
                throw .denied("Connectors may not connect to \(address) (sync.networks in rollcall.yaml).")
            case .cancelled: throw .cancelled
            }
        }
    }

    // MARK: Ahead

    /// Starts a request whose answer will be asked for next, while the last answer is still being read.
    func begin(_ request: HTTPRequest) {
        guard ahead == nil else { return }
        requests += 1
        ahead = Ahead(request, transport, buffers.1, host)
    }

    /// Waits for a request under way and forgets it.
    func settle() {
        _ = ahead?.wait()
        ahead = nil
    }

    private func take(_ request: HTTPRequest) -> HTTPOutcome? {
        guard let waiting = ahead else { return nil }
        ahead = nil
        let outcome = waiting.wait()
        guard waiting.url == request.url else { return nil }
        buffers = (buffers.1, buffers.0)
        return outcome
    }

    private func perform(_ request: HTTPRequest) -> HTTPOutcome {
        requests += 1
        return transport.perform(request, into: buffers.0, host: host)
    }

    // MARK: Judging

    /// Why this answer is worth another try, if it is.
    private static func reason(_ answer: Answer, _ what: String) -> Stop? {
        switch answer.status {
        case 429: return busy(answer, what)
        case 408, 500, 502, 503, 504:
            return .unavailable("\(what): the service answers HTTP \(answer.status).", detail: detail(answer))
        case 200 where !answer.response.isJSON:
            return .unavailable(
                "\(what): something between here and the service answers in its place (no JSON).",
                detail: detail(answer))
        default: return nil
        }
    }

    private static func busy(_ answer: Answer, _ what: String) -> Stop {
        let wait = answer.response.retryAfter
        return .unavailable(
            "\(what): the service asks to come back later" + (wait.isEmpty ? "." : " (Retry-After: \(wait))."),
            detail: detail(answer))
    }

    static func detail(_ answer: Answer) -> String { "HTTP \(answer.status), request-id \(answer.response.requestID)" }

    private static func stop(_ code: CURLcode, _ text: String, _ what: String) -> Stop {
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR:
            return .badSettings(
                "ca_file", "\(what): the server's certificate is not trusted or not for that name; nothing was sent.",
                detail: text)
        case CURLE_SSL_CACERT_BADFILE:
            return .badSettings(
                "ca_file", "The file of the certificate authority cannot be read or is no PEM.", detail: text)
        case CURLE_SSL_CONNECT_ERROR:
            return .unavailable("\(what): no secure connection comes about.", detail: text)
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            return .unavailable("\(what): the host name cannot be resolved.", detail: text)
        case CURLE_COULDNT_CONNECT: return .unavailable("\(what): the server cannot be reached.", detail: text)
        case CURLE_OPERATION_TIMEDOUT: return .unavailable("\(what): the server went silent.", detail: text)
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT:
            return .failed("\(what): the address is none that may be asked.", detail: text)
        default: return .unavailable("\(what): the connection broke.", detail: text)
        }
    }
}
