internal import RollcallCore
internal import RollcallStore

/// The address book as the answers show it (cli.md, "book show --json"): accounts and lists by address, sorted.
struct BookDocument: Encodable {
    let domain: String
    let edition: Int64
    let accounts: [EntryDocument]
    let lists: [EntryDocument]

    init(_ db: any Database, _ domain: Domain, flat: FlatMembers? = nil) throws {
        let owners = try OwnerNames(db, domain)
        var accounts: [EntryDocument] = []
        var lists: [EntryDocument] = []
        // The store's order is that of the compare keys, so both come out sorted.
        try BookEntries.each(db, domain) { entry in
            if entry.isList {
                var entry = entry
                if let flat { entry.members = flat.of(entry) }
                lists.append(EntryDocument(entry, owners))
            } else {
                accounts.append(EntryDocument(entry, owners))
            }
        }
        self.domain = domain.name
        edition = domain.edition
        self.accounts = accounts
        self.lists = lists
    }
}

/// The entries of a book, whole.
enum BookEntries {
    static func each(_ db: any Database, _ domain: Domain, _ body: (Entry) throws -> Void) throws {
        try Book.eachEntry(db, domain: domain.id) { view in
            let row = BookRow(
                key: view.key, owner: view.owner, objectID: view.objectID, content: view.content, grace: view.grace,
                since: view.since)
            guard let entry = row.entry else {
                throw StoreError(
                    .corrupt, "an entry in the address book of \(domain.name) cannot be read",
                    hint: "run `rollcall store check`; restore a backup")
            }
            try body(entry)
        }
    }
}

/// Who owns an entry, by the name that people know: the source's type, or `manual`.
struct OwnerNames {
    private var names: [Int64: String] = [OwnerID.manual: "manual"]

    init(_ db: any Database, _ domain: Domain) throws {
        for source in try Sources.list(db, domain: domain.id) { names[source.id] = source.type }
    }

    subscript(owner: OwnerID) -> String { names[owner] ?? "source \(owner)" }
}

struct EntryDocument: Encodable {
    struct GraceAddress: Encodable {
        let address: String
        let until: Timestamp
    }

    let entry: Entry
    let owner: String

    init(_ entry: Entry, _ owners: OwnerNames) {
        self.entry = entry
        owner = owners[entry.owner]
    }

    enum CodingKeys: String, CodingKey {
        case address, kind, name, aliases, members, owner, state, until, grace, objectId
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(entry.primary, forKey: .address)
        try container.encode(entry.kind.name, forKey: .kind)
        try container.encode(entry.name, forKey: .name)
        try container.encode(entry.aliases, forKey: .aliases)
        if entry.isList { try container.encode(entry.members, forKey: .members) }
        try container.encode(owner, forKey: .owner)
        try container.encode(entry.isGrace ? "grace" : "active", forKey: .state)
        try container.encode(entry.until.map { Timestamp(seconds: $0) }, forKey: .until)
        try container.encode(
            entry.grace.map { GraceAddress(address: $0.address, until: Timestamp(seconds: $0.until)) }, forKey: .grace)
        try container.encode(entry.objectID.isEmpty ? nil : entry.objectID, forKey: .objectId)
    }

    var cells: [String?] {
        [
            entry.primary, entry.kind.name, entry.name, entry.aliases.joined(separator: ", "),
            entry.isList ? String(entry.members.count) : nil, owner,
            entry.until.map { "grace until \(Timestamp(seconds: $0))" } ?? "active",
        ]
    }

    static let heading = ["ADDRESS", "KIND", "NAME", "ALIASES", "MEMBERS", "OWNER", "STATE"]
}
