internal import ArgumentParser
internal import RollcallCore
internal import RollcallSync

/// Takes back an applied run by a plan of its own: previewed, guarded, recorded.
struct SyncUndo: Verb {
    static let configuration = CommandConfiguration(commandName: "undo", abstract: "Take back an applied run.")

    @Argument(help: "The run's id.") var run: String
    @Flag(help: "Only show what it would do.") var preview = false
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let run = try session.sync().undo(run: run.uppercased(), isPreview: preview, by: session.actor)
        session.told.append(run)
        return Answer(run: run)
    }
}
