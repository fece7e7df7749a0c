internal import ArgumentParser
internal import RollcallStore

/// One domain with all that hangs on it.
struct DomainShow: Verb {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a domain.")

    @Argument(help: "The domain.") var domain: DomainReference
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let document = try session.store().read { db in try DomainDocument(db, Session.domain(db, domain)) }
        return Answer(document, lines: document.lines)
    }
}
