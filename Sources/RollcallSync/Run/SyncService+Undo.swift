package import RollcallCore
internal import RollcallStore

extension SyncService {
    /// Takes an applied run back, by a plan of its own: previewed, guarded and recorded like any other.
    package func undo(run id: String, isPreview: Bool, by person: String, patience: Int = 0) throws -> RunSummary {
        let record = try find(run: id)
        guard record.summary.outcome == .applied else {
            throw SyncFailure(
                .notAllowed,
                "The run \(id) was not applied, so there is nothing to take back: "
                    + "\(record.summary.outcome.rawValue).")
        }
        if let by = record.summary.undoneBy {
            throw SyncFailure(.notAllowed, "The run \(id) was taken back already, by run \(by).")
        }
        let context = try context(of: record)
        let lease = try LeaseKeeper(environment, context, what: "undo by \(person)", patience: patience)
        defer { lease.release() }
        var journal = try RunJournal(
            environment, context, kind: isPreview ? .preview : .undo, mode: .full, startedBy: person,
            connector: (record.summary.connector, record.summary.version))
        journal.summary.undoes = id
        do {
            try environment.store.write { db in
                try lease.confirm(db)
                let context = try context.reloaded(db)
                let maker = PlanMaker(db: db, context: context)
                journal.summary.edition = .init(at: context.domain.edition)
                let purpose = PlanPurpose.undo(run: id)
                let plan = try maker.make(purpose, keepAs: journal.summary.id)
                journal.planned(plan)
                journal.summary.held = plan.held(context.limits)
                if isPreview { return try journal.end(db, .previewed) }
                if !journal.summary.held.isEmpty {
                    try Runs.replaceHeld(db, source: context.source.id, by: journal.summary.id, at: environment.now())
                    return try journal.end(db, .held)
                }
                if plan.isEmpty { return try journal.end(db, .unchanged) }
                try PlanApplier(db: db, context: context, now: environment.now()).apply(&journal)
                try finish(db, &journal, maker, purpose, plan)
            }
        } catch {
            try? journal.fail(Problem(.failed, text: "The run could not be taken back: \(error)"))
            throw error
        }
        return journal.summary
    }
}
