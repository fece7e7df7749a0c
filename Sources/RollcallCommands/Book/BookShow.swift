internal import ArgumentParser
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// The whole address book of a domain, grace and all.
struct BookShow: Verb {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a domain's address book.")

    @Argument(help: "The domain.") var domain: DomainReference
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let document = try session.store().read { db in try BookDocument(db, Session.domain(db, domain)) }
        var table = Table(EntryDocument.heading, none: "The address book of \(document.domain) is empty.")
        for entry in document.accounts + document.lists { table.add(entry.cells) }
        return Answer(
            document,
            lines: table.lines + [
                "Edition \(document.edition): \(Counted.text(document.accounts.count, "account")), "
                    + "\(Counted.text(document.lists.count, "list"))."
            ])
    }
}
