internal import ArgumentParser
internal import RollcallStore

/// Makes another name an alias of a domain: the same addresses, the same inbound servers.
struct DomainAlias: Verb {
    static let configuration = CommandConfiguration(
        commandName: "alias", abstract: "Make OTHER another name of the domain, with the same addresses.")

    @Argument(help: "The domain.") var domain: DomainReference
    @Argument(help: "The other name.") var other: String
    @Flag(help: "Take the alias away instead.") var remove = false
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let other = try DomainReference.name(other)
        let document = try session.store().write { db in
            let domain = try Session.domain(db, domain)
            if remove {
                guard try Domains.removeAlias(db, domain.id, name: other) else {
                    throw Failure(.notFound, "\(other) is no alias of \(domain.name).")
                }
            } else {
                try Domains.addAlias(db, domain.id, name: other)
            }
            try Editions.advance(db, domain: domain.id)
            return try DomainDocument(db, Session.domain(db, self.domain))
        }
        return Answer(
            document,
            remove
                ? "\(other) is no alias of \(document.name) any more." : "\(other) is an alias of \(document.name) now."
        )
    }
}
