/// Microsoft Graph, as far as it is needed. The bearer token is attached here and nowhere else, and only to addresses of
/// the configured origin; a redirect is never followed.

internal import ConnectorKit

final class Graph {
    let options: Options
    let cloud: Cloud
    let exchange: Exchange
    let tokens: TokenSource

    init(_ options: Options, _ host: Host, tenant: String? = nil) throws(Stop) {
        cloud = try Cloud(options.settings)
        try options.requireCredentials(cloud)
        self.options = options
        exchange = try Exchange(options, cloud, host)
        tokens = TokenSource(options, cloud, exchange, tenant: tenant ?? options.tenant)
    }

    var host: Host { exchange.host }

    /// `path` begins after `/v1.0/`.
    func url(_ path: String) -> String { "\(cloud.api)/\(path)" }

    /// Whether a token may go there.
    func isOwn(_ url: String) -> Bool { Origin(of: url) == cloud.graphOrigin }

    /// The answer whatever its status, except those that another try can mend. A refused token is renewed once.
    func send(_ url: String, what: String, body: [UInt8]? = nil) throws(Stop) -> Answer {
        let answer = try exchange.send(try request(url, what, body), what: what)
        guard answer.status == 401 else { return answer }
        tokens.forget()
        return try exchange.send(try request(url, what, body), what: what)
    }

    /// Starts to fetch what `send` will be asked for next.
    func begin(_ url: String) {
        guard isOwn(url), let request = try? request(url, "", nil) else { return }
        exchange.begin(request)
    }

    private func request(_ url: String, _ what: String, _ body: [UInt8]?) throws(Stop) -> HTTPRequest {
        guard isOwn(url) else {
            throw .failed(
                "\(what): the answer sends us to another server. The token was not sent there, and the read has ended.",
                detail: Text.oneLine(url, limit: 120))
        }
        var headers = [
            "Authorization: Bearer \(try tokens.get())", "Accept: application/json", "x-ms-throttle-priority: Low",
            "client-request-id: \(Text.newGUID())",
        ]
        if body != nil { headers += ["Content-Type: application/json", "Expect:"] }
        return HTTPRequest(url: url, headers: headers, body: body)
    }

    /// An answer that must be 200, as a value.
    func value(_ url: String, what: String, needs permission: String, body: [UInt8]? = nil) throws(Stop) -> JSONValue {
        let answer = try send(url, what: what, body: body)
        guard answer.status == 200 else {
            throw GraphRefusal(answer).stop(what, needs: permission, options)
        }
        guard let value = JSONValue(answer.body) else {
            throw .failed("\(what): the answer is not JSON.", detail: Exchange.detail(answer))
        }
        return value
    }
}
