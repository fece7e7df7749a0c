internal import FoundationEssentials
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// What belongs to no one domain: explain, status, connectors, customers.
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
        Endpoint(
            "GET", "/gateway/check", "What a gateway would be told of an address, and why.",
            query: [.init(name: "address", schema: #"{"type":"string"}"#, about: "The address; needed.")],
            answers: [(200, "GatewayAnswer")]
        ) { call in
            guard let address = call.request.query["address"], !address.isEmpty else {
                throw WebFailure(422, "Which address is not said.", field: "address")
            }
            return JSONBody.raw(try call.perform("gateway", "check", "--", address))
        },
        Endpoint("GET", "/connectors", "The connectors that are installed.", answers: [(200, "Connectors")]) { call in
            JSONBody.raw(try call.perform("connector", "list"))
        },
        Endpoint("GET", "/connectors/:connector", "One connector.", answers: [(200, "Connector")]) { call in
            JSONBody.raw(try call.perform("connector", "show", "--", call.parameter("connector")))
        },
        Endpoint(
            "POST", "/connectors/:connector/allow",
            "Allow a connector's file as it is now, and free it from quarantine.", answers: [(200, "Connector")],
            isSlow: true
        ) { call in JSONBody.raw(try call.perform("connector", "allow", "--", call.parameter("connector"))) },
        Endpoint("GET", "/customers/:customer", "One customer.", answers: [(200, "Customer")]) { call in
            JSONBody.raw(try call.perform("customer", "show", "--", call.parameter("customer")))
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
    ]

    private struct Status: Encodable {
        let ok: Bool
        let sources: [SourceStatus]
    }
}
