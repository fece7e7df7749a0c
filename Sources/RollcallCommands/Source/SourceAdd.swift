internal import ArgumentParser
internal import RollcallStore

/// A further source of a domain.
struct SourceAdd: Verb {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Add a further source to a domain.")

    @Argument(help: "The domain.") var domain: DomainReference
    @Option(help: "The id of a connector (`rollcall connector list`).") var type: String
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        try session.connectors().requireReady(type)
        let name = try session.store().write { db in
            let domain = try Session.domain(db, domain)
            _ = try Sources.add(db, domain: domain.id, type: type, at: session.now)
            return domain.name
        }
        return Answer(
            try session.sourceDocument(DomainReference(domain: name, type: type)), "Added the source \(name)/\(type).")
    }
}
