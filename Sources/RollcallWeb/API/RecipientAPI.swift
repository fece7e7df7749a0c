internal import RollcallCore
internal import RollcallGateway
internal import RollcallStore

/// What a gateway would be told of one recipient, for mail servers that ask over HTTP: 200 yes, 404 no such user, 503 try
/// later. From the same books as the lookup service's answers. The body says it as well, since a 404 can also come from
/// somebody on the way who knows nothing of recipients.
enum RecipientAPI {
    static let endpoints: [Endpoint] = [
        Endpoint(
            "GET", "/recipients/:address", "What a gateway would be told of a recipient.",
            answers: [(200, "Recipient"), (404, "Recipient"), (503, "Recipient")], run: answer)
    ]

    private struct Document: Encodable {
        let address: String
        let answer: String
        let data: String?
        let why: String

        enum CodingKeys: String, CodingKey { case address, answer, data, why }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(address, forKey: .address)
            try container.encode(answer, forKey: .answer)
            try container.encode(data, forKey: .data)
            try container.encode(why, forKey: .why)
        }
    }

    private static func answer(_ call: Call) throws -> WebResponse {
        let environment = call.site.environment
        let address = call.parameter("address")
        guard let books = environment.books?.now else {
            throw WebFailure(
                503, "This process answers no gateways.", hint: "Set gateway.socketmap.", retryAfter: 60)
        }
        let lookup = RecipientLookup(address, books, environment.policy, now: call.now.seconds)
        if let customer = call.visitor.customer, let name = lookup.domain {
            let owner = try call.store.read { try Domains.find($0, name: name)?.customer }
            guard owner == customer else { throw WebFailure(403, "This token is for other domains.") }
        }
        let document = Document(
            address: address, answer: lookup.word.text, data: lookup.data, why: lookup.why)
        switch lookup.word {
        case .ok: return try WebResponse.json(document)
        case .notFound: return try WebResponse.json(document, status: 404)
        case .temp: return try WebResponse.json(document, status: 503).with("retry-after", "60")
        }
    }
}
