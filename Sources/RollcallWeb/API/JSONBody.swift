internal import FoundationEssentials
internal import RollcallCore
internal import RollcallStore

/// Reading and writing the bodies of the API.
enum JSONBody {
    /// The body as the type, or a refusal that says what was expected.
    static func read<T: Decodable>(_ type: T.Type, _ call: Call) throws -> T {
        let isJSON = call.request.contentType == "application/json"
        guard isJSON || call.request.body.isEmpty else {
            throw WebFailure(415, "JSON is expected here.", hint: "Send it with content-type: application/json.")
        }
        guard !call.request.body.isEmpty else { throw WebFailure(400, "A JSON document is expected here.") }
        do {
            return try JSONDecoder().decode(T.self, from: Data(call.request.body))
        } catch DecodingError.keyNotFound(let key, _) {
            throw WebFailure(422, "The key \(key.stringValue) is missing.", field: key.stringValue)
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            let path = context.codingPath.map(\.stringValue).joined(separator: "/")
            throw WebFailure(422, "What stands at /\(path) is not of the type that is expected.", field: path)
        } catch {
            throw WebFailure(400, "The body is not JSON.")
        }
    }

    static func raw(_ bytes: [UInt8], status: Int = 200) -> WebResponse {
        WebResponse(status, "application/json", bytes)
    }
}

/// A page of a list: the items, and where the next page begins.
struct Listed<Item: Encodable>: Encodable {
    let items: [Item]
    let nextCursor: String?

    enum CodingKeys: String, CodingKey { case items, nextCursor }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(items, forKey: .items)
        try container.encode(nextCursor, forKey: .nextCursor)
    }

    /// With the `Link` that says the same.
    func response(_ call: Call) throws -> WebResponse {
        let response = try WebResponse.json(self)
        guard let nextCursor else { return response }
        return response.with("link", "<\(call.request.path)?cursor=\(Escape.url(nextCursor))>; rel=\"next\"")
    }
}

extension Call {
    /// How many items a page has.
    func limit(standard: Int = 100, most: Int = 1000) throws -> Int {
        guard let text = request.query["limit"] else { return standard }
        guard let number = Int(text), (1...most).contains(number) else {
            throw WebFailure(422, "limit is a number from 1 to \(most).", field: "limit")
        }
        return number
    }

    /// The answer with the edition as its tag; 304 to who has it already.
    func tagged(_ response: WebResponse, edition: Int64) -> WebResponse {
        let tag = "\"\(edition)\""
        if request.headers["if-none-match"] == tag {
            var same = WebResponse.nothing.with("etag", tag)
            same.status = 304
            return same
        }
        return response.with("etag", tag)
    }

    /// Who says what edition they change must have that one before them.
    func requireEdition(_ domain: Domain) throws {
        guard let wanted = request.headers["if-match"], wanted != "*" else { return }
        guard wanted == "\"\(domain.edition)\"" else {
            throw WebFailure(
                412, "\(domain.name) has changed: its edition is \(domain.edition).", hint: "Read it again.")
        }
    }
}
