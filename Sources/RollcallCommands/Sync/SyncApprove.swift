internal import ArgumentParser
internal import RollcallCore
internal import RollcallSync

/// Applies a held plan, once, exactly as it was shown. If mirror or book have changed since, the answer is the new plan.
struct SyncApprove: Verb {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Apply the plan of a held run, exactly as it was shown.")

    @Argument(help: "The run's id.") var run: String
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let run = try session.sync().approve(run: run.uppercased(), by: session.actor)
        session.told.append(run)
        return Answer(run: run)
    }
}
