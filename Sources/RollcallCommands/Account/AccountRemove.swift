internal import ArgumentParser
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// Removes what was made by hand. What a source owns would come back with its next sync, so that is refused.
struct AccountRemove: Verb {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove an account or list made by hand, or only aliases of it.")

    @Argument(help: "The address.") var address: String
    @Option(name: .customLong("alias"), help: "Remove only this alias; may be repeated.") var aliases: [String] = []
    @Option(name: .customLong("member"), help: "Remove only this member; may be repeated.") var members: [String] = []
    @Flag(help: "It is a list; told by itself.") var list = false
    @Flag(help: "Do not ask; it never does.") var yes = false
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let (removed, entry) = try session.store().write { db -> ([String], EntryDocument) in
            let (domain, text) = try HandMade.place(db, address)
            let book = try HandMade(db, domain)
            guard var entry = try book.find(text), !entry.isGrace else {
                throw Failure(.notFound, "\(shown(text)) is not in the address book.")
            }
            guard entry.owner == .manual else {
                throw Failure(
                    .denied,
                    "\(shown(entry.primary)) belongs to the source \(book.ownerName(entry)), which would bring it back.",
                    hint: "Exclude it there, or take it over first with `rollcall account take`.", exitCode: 1)
            }
            let key = Address.key(of: text)
            // An alias alone names itself.
            let gone = aliases.isEmpty && members.isEmpty && entry.key != key ? [text] : aliases
            if gone.isEmpty, members.isEmpty {
                try book.remove(entry)
                try Editions.advance(db, domain: domain.id)
                return ([entry.primary] + entry.aliases, book.document(entry))
            }
            let before = entry
            for (list, path) in [(gone, \Entry.aliases), (members, \Entry.members)] {
                for address in list {
                    let key = Address.key(of: try HandMade.checked(address).text)
                    guard let index = entry[keyPath: path].firstIndex(where: { Address.key(of: $0) == key }) else {
                        throw Failure(.notFound, "\(shown(entry.primary)) has no \(shown(address)).")
                    }
                    entry[keyPath: path].remove(at: index)
                }
            }
            entry.since = []
            try book.save(entry, replacing: before)
            try Editions.advance(db, domain: domain.id)
            return (gone + members, book.document(entry))
        }
        return Answer(
            ["removed": removed], "Removed \(removed.joined(separator: ", ")) (\(entry.entry.primary)).")
    }
}
