internal import RollcallCore
internal import RollcallGateway
internal import RollcallStore
internal import RollcallSync

/// The address book as the answers show it (cli.md, "book show --json"): accounts and lists by address, sorted.
struct BookDocument: Encodable {
    let domain: String
    let edition: Int64
    let accounts: [EntryDocument]
    let lists: [EntryDocument]

    init(_ db: any Database, _ domain: Domain) throws {
        let owners = try OwnerNames(db, domain)
        var accounts: [EntryDocument] = []
        var lists: [EntryDocument] = []
        // The store's order is that of the compare keys, so both come out sorted.
        try BookEntries.each(db, domain) { entry in
            let document = EntryDocument(entry, owner: owners[entry.owner])
            if entry.isList { lists.append(document) } else { accounts.append(document) }
        }
        self.domain = domain.name
        edition = domain.edition
        self.accounts = accounts
        self.lists = lists
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
