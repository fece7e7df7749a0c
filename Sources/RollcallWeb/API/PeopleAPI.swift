internal import RollcallCore
internal import RollcallStore

/// Who may do what: administrators, and the tokens of programs. The rules by which nobody gives away more than they have
/// are here, and the pages go by them too.
enum PeopleAPI {
    static let endpoints: [Endpoint] = [
        Endpoint("GET", "/administrators", "Administrators.", answers: [(200, "Administrators")]) { call in
            JSONBody.raw(try call.perform("admin", "list"))
        },
        Endpoint(
            "POST", "/administrators", "Add an administrator; the one-time password is shown once.",
            body: "NewAdministrator", answers: [(201, "Administrator")], isSlow: true
        ) { call in
            let new = try JSONBody.read(NewAdministrator.self, call)
            var words = ["admin", "add"]
            if let role = new.role { words.append("--role=\(role)") }
            if let customer = new.customer { words.append("--customer=\(customer)") }
            return JSONBody.raw(try call.perform(all: words + ["--", new.name]), status: 201)
        },
        Endpoint(
            "PUT", "/administrators/:name", "Change an administrator's role; all sessions end.",
            body: "AdministratorChange", answers: [(200, "Administrator")]
        ) { call in
            let change = try JSONBody.read(AdministratorChange.self, call)
            var words = ["admin", "role"]
            if let customer = change.customer { words.append("--customer=\(customer)") }
            if change.everywhere == true { words.append("--everywhere") }
            return JSONBody.raw(try call.perform(all: words + ["--", call.parameter("name"), change.role]))
        },
        Endpoint(
            "POST", "/administrators/:name/password", "Make a new one-time password; it is shown once.",
            answers: [(200, "Administrator")], isSlow: true
        ) { call in JSONBody.raw(try call.perform("admin", "password", "--", call.parameter("name"))) },
        Endpoint("DELETE", "/administrators/:name", "Remove an administrator.", answers: [(204, nil)]) { call in
            try call.perform("admin", "remove", "--", call.parameter("name"))
            return .nothing
        },
        Endpoint("GET", "/tokens", "Tokens, without what makes them work.", answers: [(200, "Tokens")]) { call in
            let only = try customer(call).map { ["--customer=\($0)"] } ?? []
            return JSONBody.raw(try call.perform(all: ["token", "list"] + only))
        },
        Endpoint("POST", "/tokens", "Make a token; it is shown once.", body: "NewToken", answers: [(201, "Token")]) {
            call in
            JSONBody.raw(try makeToken(call, try JSONBody.read(NewToken.self, call)), status: 201)
        },
        Endpoint("DELETE", "/tokens/:token", "Revoke a token.", answers: [(204, nil)]) { call in
            try revoke(call, call.parameter("token"))
            return .nothing
        },
    ]

    private struct NewAdministrator: Decodable {
        var name: String
        var role: String?
        var customer: String?
    }

    private struct AdministratorChange: Decodable {
        var role: String
        var customer: String?
        var everywhere: Bool?
    }

    struct NewToken: Decodable {
        var name: String?
        var role: String?
        var scope: String?
        var customer: String?
        var expires: Int?
    }

    /// The name of the customer whose domains are all that the visitor has.
    private static func customer(_ call: Call) throws -> String? {
        try call.visitor.customer.map { id in try call.store.read { try Customers.find($0, id: id)?.name } ?? "" }
    }

    /// Those that the visitor could have made: of their own customer, or all.
    static func tokens(_ call: Call) throws -> [APIToken] {
        try call.store.read { try Tokens.list($0) }.filter {
            call.visitor.customer == nil || $0.customer == call.visitor.customer
        }
    }

    /// With no more rights than the visitor has.
    static func makeToken(_ call: Call, _ new: NewToken) throws -> [UInt8] {
        if let role = new.role.flatMap(Role.init(rawValue:)), !call.visitor.may(role) {
            throw WebFailure(
                403, "A token may not do more than who makes it: you are no \(role.rawValue).", field: "role")
        }
        var words = ["token", "create"]
        if let name = new.name, !name.isEmpty { words.append("--name=\(name)") }
        if let role = new.role { words.append("--role=\(role)") }
        if let scope = new.scope { words.append("--scope=\(scope)") }
        if let customer = try customer(call) ?? new.customer, !customer.isEmpty {
            words.append("--customer=\(customer)")
        }
        if let days = new.expires { words.append("--expires=\(days)") }
        return try call.perform(all: words)
    }

    static func revoke(_ call: Call, _ id: String) throws {
        guard let token = try tokens(call).first(where: { $0.id == id }) else {
            throw WebFailure(404, "There is no token \(id).")
        }
        guard call.visitor.may(token.role) else {
            throw WebFailure(403, "Only an \(token.role.rawValue) may revoke this token.")
        }
        try call.perform("token", "revoke", "--", id)
    }
}
