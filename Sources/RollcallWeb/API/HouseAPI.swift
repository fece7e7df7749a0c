internal import FoundationEssentials
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// What belongs to no one domain: explain, status, connectors, customers, tokens.
enum HouseAPI {
    static let endpoints: [Endpoint] = [
        Endpoint(
            "GET", "/explain", "Why an address is accepted, or why not.",
            query: [.init(name: "address", schema: #"{"type":"string"}"#, about: "The address; needed.")],
            answers: [(200, "Explanation")]
        ) { call in
            guard let address = call.request.query["address"], !address.isEmpty else {
                throw WebFailure(422, "Which address is not said.", field: "address")
            }
            return try WebResponse.json(try ExplainPage.explanation(call, address))
        },
        Endpoint("GET", "/status", "How every source stands.", answers: [(200, "Status")]) { call in
            let mine = try Set(call.store.read { try Domains.list($0, customer: call.visitor.customer) }.map(\.name))
            let sources = try call.service.status().filter { mine.contains($0.domain) }
            return try WebResponse.json(Status(ok: sources.allSatisfy(\.attention.isEmpty), sources: sources))
        },
        Endpoint("GET", "/connectors", "The connectors that are installed.", answers: [(200, "Connectors")]) { call in
            JSONBody.raw(try call.perform("connector", "list"))
        },
        Endpoint("GET", "/customers", "Customers.", answers: [(200, "Customers")]) { call in
            JSONBody.raw(try call.perform("customer", "list"))
        },
        Endpoint("PUT", "/customers/:customer", "Make a customer.", answers: [(201, "Customer")]) { call in
            JSONBody.raw(try call.perform("customer", "add", "--", call.parameter("customer")), status: 201)
        },
        Endpoint("DELETE", "/customers/:customer", "Remove a customer who owns no domain.", answers: [(204, nil)]) {
            call in
            try call.perform("customer", "remove", "--", call.parameter("customer"))
            return .nothing
        },
        Endpoint("GET", "/tokens", "Tokens, without what makes them work.", answers: [(200, "Tokens")]) { call in
            JSONBody.raw(try call.perform("token", "list"))
        },
        Endpoint("POST", "/tokens", "Make a token; it is shown once.", body: "NewToken", answers: [(201, "Token")]) {
            call in
            let new = try JSONBody.read(NewToken.self, call)
            var words = ["token", "create", "--name=\(new.name ?? "")"]
            if let role = new.role { words.append("--role=\(role)") }
            if let scope = new.scope { words.append("--scope=\(scope)") }
            if let customer = new.customer { words.append("--customer=\(customer)") }
            if let days = new.expires { words.append("--expires=\(days)") }
            return JSONBody.raw(try call.perform(all: words), status: 201)
        },
        Endpoint("DELETE", "/tokens/:token", "Revoke a token.", answers: [(204, nil)]) { call in
            try call.perform("token", "revoke", "--", call.parameter("token"))
            return .nothing
        },
    ]

    private struct Status: Encodable {
        let ok: Bool
        let sources: [SourceStatus]
    }

    private struct NewToken: Decodable {
        var name: String?
        var role: String?
        var scope: String?
        var customer: String?
        var expires: Int?
    }
}
