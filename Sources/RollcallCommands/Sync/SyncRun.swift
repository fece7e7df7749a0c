internal import ArgumentParser
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// Manual Sync; with `--due`, what the scheduler would start now, for those who use cron instead of `serve`.
struct SyncRun: Verb {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Sync a source: read, plan, guard, apply.")

    @Argument(help: "The source.") var source: DomainReference?
    @Flag(help: "Read everything, whatever the state of the last read.") var full = false
    @Option(help: ArgumentHelp("How long to wait for another run of the source.", valueName: "seconds")) var wait = 0
    @Flag(help: "Run all sources whose time has come.") var due = false
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if due == (source != nil) { throw ValidationError("Name a domain, or say --due.") }
        guard (0...86_400).contains(wait) else { throw ValidationError("--wait takes 0 to 86400 seconds.") }
    }

    func answer(_ session: Session) throws -> Answer {
        guard let source else { return try runDue(session) }
        let run = try SyncWork.run(session, source, kind: .sync, isFull: full, patience: wait)
        return Answer(run: run)
    }

    private func runDue(_ session: Session) throws -> Answer {
        var runs: [RunSummary] = []
        var exitCode: Int32 = 0
        for due in try session.sync().due() {
            let name = due.name
            do {
                let reference = DomainReference(domain: name.domain, type: name.type)
                let run = try SyncWork.run(
                    session, reference, kind: .sync, isFull: full, patience: wait, slot: due.slot)
                runs.append(run)
                if exitCode == 0 { exitCode = run.exitCode }
            } catch {
                // One source that cannot even begin is no reason to leave the others out.
                let failure = FailureMapping.failure(error)
                session.console.note("rollcall: \(shown(name.description)): \(shown(failure.message))")
                if exitCode == 0 { exitCode = failure.exitCode }
            }
        }
        return Answer(runs, lines: runs.isEmpty ? ["Nothing is due."] : RunTable.lines(runs), exitCode: exitCode)
    }
}

/// A run from the command line: progress on the terminal, and a signal stops it.
enum SyncWork {
    static func run(
        _ session: Session, _ source: DomainReference, kind: RunKind, isFull: Bool, patience: Int,
        slot: Slots.Slot? = nil
    ) throws -> RunSummary {
        var options = SyncService.RunOptions(startedBy: session.actor)
        options.kind = kind
        options.isFull = isFull
        options.patience = patience
        options.slot = slot
        let name = SourceName(domain: try source.name(), type: source.type)
        let progress = RunProgress(name.description, session)
        defer { progress.clear() }
        let service = try session.sync()
        let (control, fixed) = (options.control, options)
        do {
            let run = try Interrupts.during({ control.cancel(stopping: true) }) {
                try service.run(name, fixed, observer: progress)
            }
            session.told.append(run)
            return run
        } catch {
            // A run that had begun is the answer also when the store or the disk ended it; why, is said beside it.
            guard let run = try? ended(session, source) else { throw error }
            let failure = FailureMapping.failure(error)
            progress.clear()
            session.console.note("rollcall: " + shown(failure.message))
            if let hint = failure.hint { session.console.note("Hint: " + shown(hint)) }
            // An input or output error must reach a service manager as such.
            if failure.exitCode == 74 { throw error }
            session.told.append(run)
            return run
        }
    }

    /// The run of this process that has just failed.
    private static func ended(_ session: Session, _ source: DomainReference) throws -> RunSummary? {
        try session.store().read { db in
            let id = try Session.source(db, source).source.id
            guard let last = try Runs.list(db, source: id, limit: 1).first, last.process == .current,
                last.summary.outcome == .failed
            else { return nil }
            return last.summary
        }
    }
}
