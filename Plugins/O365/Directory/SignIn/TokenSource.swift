/// Tokens for one tenant. One is asked for when there is none, used until five minutes before its end, and thrown away
/// when Graph refuses it. It is opaque; nothing is read out of it, and it is never written anywhere.

internal import ConnectorKit

final class TokenSource {
    private let options: Options
    private let cloud: Cloud
    private let exchange: Exchange
    let tenant: String
    private var token: (value: String, end: Int)?

    init(_ options: Options, _ cloud: Cloud, _ exchange: Exchange, tenant: String) {
        self.options = options
        self.cloud = cloud
        self.exchange = exchange
        self.tenant = tenant
    }

    func forget() { token = nil }

    func get() throws(Stop) -> String {
        if let token, token.end - 300 > Clock.now || token.end - Clock.now > 0 && token.end - 300 < started {
            return token.value
        }
        let answer = try exchange.send(try request(), what: "Sign-in") {
            TokenRefusal($0.response, $0.body).isTransient
        }
        guard answer.status == 200 else {
            if (300..<400).contains(answer.status) {
                throw .failed(
                    "The sign-in answers with a redirect, which is not followed.", detail: Exchange.detail(answer))
            }
            throw TokenRefusal(answer.response, answer.body).stop(options)
        }
        let json = JSONValue(answer.body) ?? .null
        guard let value = json["access_token"].text, !value.isEmpty, value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            value.utf8.count <= 32 << 10
        else { throw .unavailable("The sign-in answers without a token.", detail: Exchange.detail(answer)) }
        started = Clock.now
        token = (value, started + max(1, json["expires_in"].number ?? 3600))
        return value
    }

    /// When the token was got: one that never lives five minutes is still used while it lives.
    private var started = 0

    /// Secrets go in the body, never in the address.
    private func request() throws(Stop) -> HTTPRequest {
        let url = cloud.tokenURL(tenant)
        var fields = [("grant_type", "client_credentials"), ("client_id", options.clientID), ("scope", cloud.scope)]
        switch options.auth {
        case .consent, .app: fields.append(("client_secret", options.clientSecret))
        case .certificate:
            fields.append(("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"))
            fields.append(("client_assertion", try Assertion.make(options, audience: url, now: Clock.now)))
        }
        return HTTPRequest(
            url: url,
            headers: ["Accept: application/json", "Content-Type: application/x-www-form-urlencoded", "Expect:"],
            body: Array(Text.form(fields).utf8))
    }
}
