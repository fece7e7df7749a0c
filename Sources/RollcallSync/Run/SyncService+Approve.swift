package import RollcallCore
internal import RollcallStore

extension SyncService {
    /// How long a held plan waits for a person.
    static let heldDays = 30

    /// Applies a held plan, once, exactly as it was shown. It is made again from mirror and book: if it comes to
    /// anything else, it is refused, and the new plan is a new run, held or with nothing left to do.
    package func approve(run id: String, by person: String, patience: Int = 0) throws -> RunSummary {
        let record = try find(run: id)
        guard [.held, .previewed].contains(record.summary.outcome) else {
            throw SyncFailure(
                .notAllowed, "The run \(id) is not held: \(record.summary.outcome.rawValue).",
                hint: "Only a plan that is held waits for an approval.")
        }
        let now = environment.now()
        let made = record.summary.finishedAt ?? record.summary.startedAt
        guard now < made.adding(days: Self.heldDays) else {
            throw SyncFailure(
                .notAllowed, "The plan of run \(id) is more than \(Self.heldDays) days old.", hint: "Sync again.")
        }
        let context = try context(of: record)
        let lease = try LeaseKeeper(environment, context, what: "approval by \(person)", patience: patience)
        defer { lease.release() }
        return try environment.store.write { db in
            try lease.confirm(db)
            guard var record = try Runs.find(db, id: id), [.held, .previewed].contains(record.summary.outcome) else {
                throw SyncFailure(.notAllowed, "The run \(id) was decided meanwhile.")
            }
            let context = try context.reloaded(db)
            let maker = PlanMaker(db: db, context: context)
            let purpose = PlanPurpose(record.summary)
            let plan = try maker.make(purpose, keepAs: nil)
            var journal = RunJournal(environment, record)
            guard plan.digest == record.planDigest else {
                record.summary.outcome = .cancelled
                record.summary.finishedAt = now
                record.summary.warnings.append("Not approved: mirror or book have changed since the plan was made.")
                try Runs.update(db, record)
                return try replan(db, maker, purpose, record, by: person)
            }
            journal.summary.approvedBy = person
            journal.summary.approvedAt = now
            if !plan.isEmpty { try PlanApplier(db: db, context: context, now: now).apply(&journal) }
            try finish(db, &journal, maker, purpose, plan)
            return journal.summary
        }
    }

    /// What an applied plan means for its source, or for the run that it takes back.
    func finish(
        _ db: any Database, _ journal: inout RunJournal, _ maker: PlanMaker, _ purpose: PlanPurpose, _ plan: MadePlan
    ) throws {
        switch purpose {
        case .sync:
            try maker.settle(try maker.rulesFingerprint(), edition: journal.summary.edition.to, plan)
            try Sources.setFirstSynced(db, maker.context.source.id, run: journal.summary.id)
            journal.summary.kind = .sync
        case .undo(let undone):
            journal.summary.kind = .undo
            if var record = try Runs.find(db, id: undone) {
                record.summary.undoneBy = journal.summary.id
                try Runs.update(db, record)
            }
        }
        try journal.end(db, .applied)
    }

    private func replan(
        _ db: any Database, _ maker: PlanMaker, _ purpose: PlanPurpose, _ old: RunRecord, by person: String
    ) throws -> RunSummary {
        let now = environment.now()
        var summary = old.summary
        summary.id = try Runs.nextID(db, now)
        summary.kind = old.summary.undoes == nil ? .sync : .undo
        summary.startedBy = person
        summary.startedAt = now
        summary.warnings = ["Made anew: the plan of run \(old.summary.id) no longer holds."]
        summary.edition = .init(at: maker.context.domain.edition)
        var journal = RunJournal(environment, try Runs.insert(db, summary, source: maker.context.source.key))
        let plan = try maker.make(purpose, keepAs: summary.id)
        journal.planned(plan)
        if plan.isEmpty {
            journal.summary.held = []
            try journal.end(db, .unchanged)
        } else {
            // Whatever its size: nobody has seen this plan yet.
            journal.summary.held = plan.held(maker.context.limits)
            if journal.summary.held.isEmpty { journal.summary.held = old.summary.held }
            try Runs.replaceHeld(db, source: maker.context.source.id, by: summary.id, at: now)
            try journal.end(db, .held)
        }
        return journal.summary
    }
}
