internal import ArgumentParser
internal import RollcallStore

/// Removes a domain with its sources, its address book and its history. Asks first: this cannot be undone.
struct DomainRemove: Verb {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a domain with its sources, address book and history.")

    @Argument(help: "The domain.") var domain: DomainReference
    @Flag(help: "Do not ask.") var yes = false
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let store = try session.store()
        let name = try domain.name()
        let document = try store.read { db in try DomainDocument(db, Session.domain(db, domain)) }
        guard document.name == name else {
            throw Failure(
                .usage, "\(name) is an alias of \(document.name), not a domain of its own.",
                hint: "`rollcall domain alias \(document.name) \(name) --remove` takes the alias away.")
        }
        try Confirmation.require(
            "Remove \(document.name) with \(Counted.text(document.accounts, "account")), \(Counted.text(document.lists, "list")) and its history?",
            yes: yes, session.console)
        try store.write { db in
            let domain = try Session.domain(db, domain)
            for source in try Sources.list(db, domain: domain.id) { try session.requireIdle(db, source) }
            guard domain.name == document.name else {
                throw Failure(.notFound, "\(document.name) has been removed meanwhile.")
            }
            try Domains.remove(db, id: domain.id, at: session.now)
        }
        return Answer(["removed": document.name], "Removed \(document.name).")
    }
}
