internal import ArgumentParser
internal import RollcallCore
internal import RollcallStore

/// The latest runs, of all sources or of a domain's.
struct RunList: Verb {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the latest runs.")

    @Argument(help: "Only this domain's, or this source's as DOMAIN/TYPE.") var domain: DomainReference?
    @Option(help: "How many.") var limit = 20
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        guard (1...10_000).contains(limit) else {
            throw Failure(.usage, "--limit is \(limit), but must be a number from 1 to 10000.")
        }
        let runs = try session.store().read { db in
            guard let reference = domain else { return try Runs.list(db, limit: limit) }
            if reference.type != nil {
                return try Runs.list(db, source: Session.source(db, reference).source.id, limit: limit)
            }
            return try Runs.list(db, domain: Session.domain(db, reference).id, limit: limit)
        }.map(\.summary)
        return Answer(runs, lines: RunTable.lines(runs))
    }
}
