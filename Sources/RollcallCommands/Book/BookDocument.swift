internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

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
                lists.append(EntryDocument(entry, owner: owners[entry.owner]))
            } else {
                accounts.append(EntryDocument(entry, owner: owners[entry.owner]))
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
            guard let entry = BookRow(view).entry else {
                throw StoreError(
                    .corrupt, "an entry in the address book of \(domain.name) cannot be read",
                    hint: "run `rollcall store check`; restore a backup")
            }
            try body(entry)
        }
    }
}

extension EntryDocument {
    var cells: [String?] {
        [
            entry.primary, entry.kind.name, entry.name, entry.aliases.joined(separator: ", "),
            entry.isList ? String(entry.members.count) : nil, owner,
            entry.until.map { "grace until \(Timestamp(seconds: $0))" } ?? "active",
        ]
    }

    static let heading = ["ADDRESS", "KIND", "NAME", "ALIASES", "MEMBERS", "OWNER", "STATE"]
}
