internal import ArgumentParser
internal import RollcallCore

/// Reads everything, applies nothing, shows the plan and the guard's verdict.
struct SyncPreview: Verb {
    static let configuration = CommandConfiguration(
        commandName: "preview", abstract: "Show what a sync would do; nothing is applied.",
        discussion:
            "Exits 0 also when the plan would be held; with --exit-code 1 if it has changes, 3 if it would be held.")

    @Argument(help: "The source.") var source: DomainReference
    @Flag(help: "Read everything, whatever the state of the last read.") var full = false
    @Option(help: ArgumentHelp("How long to wait for another run of the source.", valueName: "seconds")) var wait = 0
    @Flag(help: "Tell by the exit code whether there are changes.") var exitCode = false
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let run = try SyncWork.run(session, source, kind: .preview, isFull: full, patience: wait)
        guard exitCode, run.outcome == .previewed else { return Answer(run: run) }
        return Answer(run: run, exitCode: !run.held.isEmpty ? 3 : run.counts.total > 0 ? 1 : 0)
    }
}
