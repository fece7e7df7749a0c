internal import FoundationEssentials
internal import RollcallCore
internal import RollcallStore

/// Domains: made, read, changed, removed.
enum DomainAPI {
    static let endpoints: [Endpoint] = [
        Endpoint(
            "GET", "/domains", "List domains, by name.",
            query: Endpoint.paging + [
                .init(name: "q", schema: #"{"type":"string"}"#, about: "Only names that have this.")
            ],
            answers: [(200, "DomainList")], run: list),
        Endpoint("GET", "/domains/:domain", "One domain.", answers: [(200, "Domain"), (304, nil)]) { call in
            let domain = try call.domain()
            return call.tagged(
                JSONBody.raw(try call.perform("domain", "show", "--", domain.name)), edition: domain.edition)
        },
        Endpoint(
            "PUT", "/domains/:domain", "Make a domain, or change what is given of it.", body: "DomainChange",
            answers: [(200, "Domain"), (201, "Domain")], run: put),
        Endpoint(
            "DELETE", "/domains/:domain", "Remove a domain with its sources, book and history.", answers: [(204, nil)]
        ) {
            call in
            let domain = try call.domain()
            try call.requireEdition(domain)
            try call.perform("domain", "remove", "--yes", "--", domain.name)
            return .nothing
        },
    ]

    private struct Change: Decodable {
        struct Inbound: Decodable {
            var host: String
            var port: Int?
            var preference: Int?

            var text: String {
                let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
                return "\(name):\(port ?? 25)/\(preference ?? 10)"
            }
        }

        var type: String?
        var customer: String?
        var inbound: [Inbound]?
        var enforce: Bool?
        var subaddress: String?
        var catchall: String?
        var expandLists: Bool?
        var aliases: [String]?
    }

    /// A document as the command line wrote it, put into a list as it is.
    private struct Raw: Encodable {
        let tree: JSONTree
        func encode(to encoder: any Encoder) throws { try tree.encode(to: encoder) }
    }

    private static func list(_ call: Call) throws -> WebResponse {
        let limit = try call.limit()
        let text = (call.request.query["q"] ?? "").lowercased()
        let cursor = call.request.query["cursor"] ?? ""
        let names = try call.store.read { try Domains.list($0, customer: call.visitor.customer) }.map(\.name)
            .filter { $0 > cursor && (text.isEmpty || $0.contains(text)) }
        let items = try names.prefix(limit).map { name in
            Raw(
                tree: try JSONDecoder().decode(
                    JSONTree.self, from: Data(try call.perform("domain", "show", "--", name))))
        }
        return try Listed(items: items, nextCursor: names.count > limit ? names[limit - 1] : nil).response(call)
    }

    private static func put(_ call: Call) throws -> WebResponse {
        let change = try JSONBody.read(Change.self, call)
        let name: String
        do {
            name = try DomainName(call.parameter("domain")).name
        } catch {
            throw WebFailure(422, error.sentence(ofDomain: call.parameter("domain")), field: "domain")
        }
        let old = try call.store.read { try Domains.find($0, name: name) }
        if let old {
            guard call.visitor.sees(old), old.name == name else {
                throw WebFailure(409, "There is a domain \(name) already.")
            }
            try call.requireEdition(old)
        }
        if old == nil { try make(call, name, change) } else { try update(call, name, change) }
        let domain = try call.store.read { try call.domain($0, name) }
        return JSONBody.raw(try call.perform("domain", "show", "--", name), status: old == nil ? 201 : 200)
            .with("etag", "\"\(domain.edition)\"")
    }

    private static func make(_ call: Call, _ name: String, _ change: Change) throws {
        guard let type = change.type else { throw WebFailure(422, "A new domain needs a type.", field: "type") }
        var words = ["domain", "add", "--type=\(type)"] + (change.inbound ?? []).map { "--inbound=\($0.text)" }
        let own = try call.visitor.customer.map { id in
            try call.store.read { try Customers.find($0, id: id)?.name } ?? ""
        }
        if let customer = own ?? change.customer { words.append("--customer=\(customer)") }
        try call.perform(all: words + ["--", name])
        var rest = change
        rest.type = nil
        rest.inbound = nil
        try update(call, name, rest)
    }

    private static func update(_ call: Call, _ name: String, _ change: Change) throws {
        if let type = change.type, try call.store.read({ try call.domain($0, name).serverType }) != type {
            try call.perform("domain", "set-type", "--", name, type)
        }
        if let inbound = change.inbound {
            try call.perform(all: ["domain", "inbound"] + inbound.map { "--server=\($0.text)" } + ["--", name])
        }
        if let aliases = change.aliases {
            let old = try call.store.read { try call.domain($0, name).aliases }
            for alias in old where !aliases.contains(alias) {
                try call.perform("domain", "alias", "--remove", "--", name, alias)
            }
            for alias in aliases where !old.contains(alias) { try call.perform("domain", "alias", "--", name, alias) }
        }
        var pairs: [String] = []
        if let enforce = change.enforce { pairs.append("enforce=\(enforce ? "on" : "off")") }
        if let subaddress = change.subaddress { pairs.append("subaddress=\(subaddress.isEmpty ? "none" : subaddress)") }
        if let expands = change.expandLists { pairs.append("expand_lists=\(expands ? "on" : "off")") }
        if let catchall = change.catchall { pairs.append("catchall=\(catchall)") }
        if !pairs.isEmpty { try call.perform(all: ["domain", "set", "--", name] + pairs) }
    }
}
