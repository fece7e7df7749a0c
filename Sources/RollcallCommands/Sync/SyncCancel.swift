internal import ArgumentParser
internal import RollcallCore
internal import RollcallSync

/// Stops a run that is at work, or gives up the plan of a held one.
struct SyncCancel: Verb {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Stop a run at work, or give up the plan of a held one.")

    @Argument(help: "The run's id.") var run: String
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        // That the run was cancelled is what was asked for.
        Answer(run: try session.sync().cancel(run: run.uppercased(), by: session.actor), exitCode: 0)
    }
}
