internal import ArgumentParser
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// Gives an entry to a source: from then on the source changes it, and deletes it when the directory does.
struct AccountGive: Verb {
    static let configuration = CommandConfiguration(
        commandName: "give", abstract: "Give an account or list to a source, which then owns it.")

    @Argument(help: "The address.") var address: String
    @Argument(help: "The source.") var source: DomainReference
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let entry = try session.store().write { db in
            let (domain, text) = try HandMade.place(db, address)
            let found = try Session.source(db, source)
            guard found.domain.id == domain.id else {
                throw Failure(.usage, "\(shown(text)) is not in the domain of that source, \(found.domain.name).")
            }
            return try AccountOwner.change(db, domain, text, to: found.source.id)
        }
        return Answer(entry, "\(entry.entry.primary) belongs to \(entry.owner) now.")
    }
}

/// What `give` and `take` have in common.
enum AccountOwner {
    static func change(_ db: any Database, _ domain: Domain, _ text: String, to owner: OwnerID) throws -> EntryDocument
    {
        let book = try HandMade(db, domain)
        guard var entry = try book.find(text), !entry.isGrace else {
            throw Failure(.notFound, "\(shown(text)) is not in the address book of \(domain.name).")
        }
        if entry.owner != owner {
            entry.owner = owner
            // The next sync finds the object that claims the address.
            entry.objectID = ""
            try book.save(entry)
            try Editions.advance(db, domain: domain.id)
        }
        return book.document(entry)
    }
}
