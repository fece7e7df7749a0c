internal import ArgumentParser
internal import RollcallCore
internal import RollcallStore

/// One run of the history, with its operations if asked for. The exit code is 0 whatever the run's outcome was: the
/// question was about the run, and it is answered.
struct RunShow: Verb {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a run.")

    @Argument(help: "The run's id.") var run: String
    @Flag(help: "With every operation.") var operations = false
    @Flag(help: "One operation a line, each a JSON document.") var jsonLines = false
    @OptionGroup var options: GlobalOptions

    /// The run's JSON with one key more.
    struct Document: Encodable {
        let run: RunSummary
        let operations: [Operation]?

        enum CodingKeys: String, CodingKey { case operations }

        func encode(to encoder: any Encoder) throws {
            try run.encode(to: encoder)
            guard let operations else { return }
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(operations, forKey: .operations)
        }
    }

    func answer(_ session: Session) throws -> Answer {
        let store = try session.store()
        if jsonLines {
            let summary = try store.read { db in try Session.run(db, run).summary }
            return Answer { console in
                try store.read { db in
                    try RunOperations.each(db, summary) { try console.answer(JSONText.encode($0, pretty: false)) }
                }
            }
        }
        let document = try store.read { db in
            let run = try Session.run(db, run).summary
            guard operations else { return Document(run: run, operations: nil) }
            var all: [Operation] = []
            try RunOperations.each(db, run) { all.append($0) }
            return Document(run: run, operations: all)
        }
        return Answer(
            document, lines: RunLines.lines(document.run) + (document.operations ?? []).map(RunOperations.line))
    }
}
