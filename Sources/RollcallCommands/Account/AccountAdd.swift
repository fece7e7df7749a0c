internal import ArgumentParser
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// Adds an account or a list by hand, or aliases and members to one that is there.
struct AccountAdd: Verb {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add an account or a list by hand; to one made by hand, add aliases and members.")

    @Argument(help: "The address.") var address: String
    @Option(name: .customLong("alias"), help: "Another address of it; may be repeated.") var aliases: [String] = []
    @Flag(help: "It is a list.") var list = false
    @Option(name: .customLong("member"), help: "A list's member, by address; may be repeated.")
    var members: [String] = []
    @Option(help: "The name to show.") var name: String?
    @Option(help: "user, shared, room, equipment or contact.") var kind: String = "user"
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        guard let accountKind = EntryKind.allCases.first(where: { $0.name == kind }) else {
            throw Failure(
                .usage, "There is no kind “\(shown(kind))” of account.", hint: "user, shared, room, equipment, contact."
            )
        }
        let isList = list || accountKind == .list || !members.isEmpty
        let entry = try session.store().write { db in
            let (domain, primary) = try HandMade.place(db, address)
            let book = try HandMade(db, domain)
            let primaryKey = Address.key(of: primary)
            let aliases = try aliases.map { try book.own($0) }.filter { Address.key(of: $0) != primaryKey }
            let members = try members.map { try HandMade.checked($0).text }
            let present = try book.find(primary)
            var entry: Entry
            if let present, !present.isGrace, present.owner == .manual, present.key == primaryKey,
                !aliases.isEmpty || !members.isEmpty
            {
                guard members.isEmpty || present.isList else {
                    throw Failure(.usage, "\(shown(present.primary)) is an account, and accounts have no members.")
                }
                let known = Set(present.aliases.map { Address.key(of: $0) })
                try book.claim(aliases.filter { !known.contains(Address.key(of: $0)) })
                entry = present
                entry.aliases += aliases
                entry.members += members
                if let name { entry.name = name }
            } else {
                try book.claim([primary] + aliases)
                entry = Entry(
                    primary: primary, kind: isList ? .list : accountKind, name: name ?? "", aliases: aliases,
                    members: members)
            }
            entry.since = []
            try book.save(entry)
            try Editions.advance(db, domain: domain.id)
            return book.document(try book.find(primary) ?? entry)
        }
        return Answer(entry, "\(entry.entry.primary) is in the address book, owner manual.")
    }
}
