internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// The address book: read in pages or whole, and entries made by hand.
enum BookAPI {
    private static let search =
        Endpoint.paging + [
            .init(
                name: "q", schema: #"{"type":"string"}"#,
                about: "Only entries that have this in address, name or members.")
        ]

    static let endpoints: [Endpoint] = [
        Endpoint(
            "GET", "/domains/:domain/accounts", "Accounts, by address.", query: search,
            answers: [(200, "EntryList"), (304, nil)]
        ) {
            call in try entries(call, isList: false)
        },
        Endpoint(
            "GET", "/domains/:domain/lists", "Lists, by address.", query: search,
            answers: [(200, "EntryList"), (304, nil)]
        ) {
            call in try entries(call, isList: true)
        },
        Endpoint(
            "GET", "/domains/:domain/book", "The whole address book.", answers: [(200, "Book"), (304, nil)],
            isSlow: true
        ) { call in try BookDownload.response(call) },
        Endpoint(
            "POST", "/domains/:domain/accounts", "Make an account or a list by hand.", body: "NewEntry",
            answers: [(201, "Entry")], run: add),
        Endpoint(
            "DELETE", "/domains/:domain/accounts/:address", "Remove an entry that was made by hand.",
            answers: [(204, nil)]
        ) {
            call in
            let domain = try call.domain()
            let address = try inside(domain, call.parameter("address"))
            try call.perform("account", "remove", "--yes", "--", address)
            return .nothing
        },
        Endpoint(
            "POST", "/domains/:domain/accounts/:address/give", "Give an entry to a source, which then owns it.",
            body: "Giving", answers: [(200, "Entry")]
        ) { call in
            let domain = try call.domain()
            let address = try inside(domain, call.parameter("address"))
            let type = try JSONBody.read(Giving.self, call).source
            return JSONBody.raw(try call.perform("account", "give", "--", address, "\(domain.name)/\(type)"))
        },
        Endpoint(
            "POST", "/domains/:domain/accounts/:address/take", "Take an entry from its source; it is manual then.",
            answers: [(200, "Entry")]
        ) { call in
            let address = try inside(try call.domain(), call.parameter("address"))
            return JSONBody.raw(try call.perform("account", "take", "--", address))
        },
    ]

    private static func entries(_ call: Call, isList: Bool) throws -> WebResponse {
        let limit = try call.limit()
        let query = call.request.query
        let filter = Book.Filter(
            isList: isList, text: Array((query["q"] ?? "").utf8), after: Array((query["cursor"] ?? "").utf8),
            limit: limit + 1)
        return try call.store.read { db in
            let domain = try call.domain(db)
            let owners = try OwnerNames(db, domain)
            var items: [EntryDocument] = []
            try Book.eachEntry(db, domain: domain.id, filter) { view in
                guard let entry = BookRow(view).entry else { return }
                items.append(EntryDocument(entry, owner: owners[entry.owner]))
            }
            let page = Array(items.prefix(limit))
            let next =
                items.count > limit
                ? page.last.map { String(decoding: Address.key(of: $0.entry.primary), as: UTF8.self) } : nil
            return call.tagged(try Listed(items: page, nextCursor: next).response(call), edition: domain.edition)
        }
    }

    private struct Giving: Decodable { var source: String }

    private struct NewEntry: Decodable {
        var address: String
        var aliases: [String]?
        var name: String?
        var kind: String?
        var members: [String]?
    }

    private static func add(_ call: Call) throws -> WebResponse {
        let domain = try call.domain()
        let new = try JSONBody.read(NewEntry.self, call)
        var words = ["account", "add"]
        if new.kind == "list" { words.append("--list") } else if let kind = new.kind { words.append("--kind=\(kind)") }
        if let name = new.name { words.append("--name=\(name)") }
        for alias in new.aliases ?? [] { words.append("--alias=\(alias)") }
        for member in new.members ?? [] { words.append("--member=\(member)") }
        let address = try inside(domain, new.address)
        return JSONBody.raw(try call.perform(all: words + ["--", address]), status: 201)
    }

    /// The address, if it is one of this domain: the visitor may have rights on no other.
    private static func inside(_ domain: Domain, _ text: String) throws -> String {
        guard let address = try? Address(text), address.domain == domain.name || domain.aliases.contains(address.domain)
        else {
            throw WebFailure(422, "\(text) is no address of \(domain.name).", field: "address")
        }
        return text
    }
}
