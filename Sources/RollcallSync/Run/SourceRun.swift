internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore

/// One run of one source, from the read to the outcome.
struct SourceRun {
    let environment: SyncEnvironment
    let job: WorkerJob
    let lease: LeaseKeeper
    let options: SyncService.RunOptions
    let observer: (any RunObserver)?
    var journal: RunJournal

    mutating func run() throws -> RunSummary {
        do {
            if let problem = try job.problem() {
                try journal.fail(problem)
                return journal.summary
            }
            let read = try ReadPhase(
                job: job, sequence: journal.record.sequence, isFullWanted: options.isFull, control: options.control,
                observer: observer
            ).run()
            journal.summary.mode = read.mode
            journal.summary.read = read.counts
            journal.summary.warnings += read.warnings
            try clearCrashes()
            // The last moment at which a run can be stopped: what is planned here is applied with it.
            if options.control.isCancelled {
                try journal.fail(
                    Problem(.failed, text: "The run was cancelled."), control: options.control, isCancelled: true)
                return journal.summary
            }
            ProcessMemory.trim()
            observer?.phase(.planning)
            try planAndApply(read.early)
        } catch let failure as ReadFailure {
            journal.summary.mode = failure.mode
            journal.summary.read = failure.counts
            try journal.fail(failure.problem, control: options.control, isCancelled: failure.isCancelled)
            try countCrash(failure)
        } catch {
            // The run came to nothing for a reason of our own. The history says so if it still can.
            try? journal.fail(Problem(.failed, text: "The run could not go on: \(error)"))
            throw error
        }
        return journal.summary
    }

    // MARK: Plan, guard, apply: one transaction

    private mutating func planAndApply(_ early: EarlyPlan?) throws {
        var journal = journal
        let (lease, options, environment, job) = (lease, options, environment, job)
        let observer = observer
        let quarantined = environment.quarantinedConnectors()
        try environment.store.write { db in
            try lease.confirm(db)
            let now = environment.now()
            try GraceExpiry.run(
                db, domain: job.context.domain.id, now: now,
                sparing: UnhealthyOwners(db, quarantined: quarantined, healthy: job.context.source.id))
            let context = try job.context.reloaded(db)
            let maker = PlanMaker(db: db, context: context, early: early)
            let rules = try maker.rulesFingerprint()
            journal.summary.edition = .init(at: context.domain.edition)

            if try maker.isSettled(rules), options.kind == .sync {
                // Neither mirror nor rules nor book have changed since the book was last planned from them.
                if let last = try Runs.last(
                    db, source: context.source.id, kind: .sync, outcomes: [.applied, .unchanged])
                {
                    journal.summary.leftOut = last.summary.leftOut
                }
                return try journal.end(db, .unchanged)
            }
            let applier = PlanApplier(db: db, context: context, now: now)
            // A book with nothing in it takes the plan while it is made, and is emptied again if that is not to be.
            let book = options.kind == .sync ? try applier.additionsToEmptyBook(of: journal) : nil
            let plan = try maker.make(.sync, keepAs: journal.summary.id, into: book)
            journal.planned(plan)
            journal.summary.held = plan.isEmpty ? [] : plan.held(context.limits)
            if options.kind == .preview { return try journal.end(db, .previewed) }
            try Runs.replaceHeld(db, source: context.source.id, by: journal.summary.id, at: now)
            if !journal.summary.held.isEmpty {
                if book != nil { try Book.clear(db, domain: context.domain.id) }
                return try journal.end(db, .held)
            }
            if !plan.isEmpty {
                observer?.phase(.applying)
                try applier.apply(&journal, isInBook: book != nil)
            }
            try maker.settle(rules, edition: journal.summary.edition.to, plan)
            try Sources.setFirstSynced(db, context.source.id, run: journal.summary.id)
            try journal.end(db, plan.isEmpty ? .unchanged : .applied)
        }
        self.journal = journal
    }

    // MARK: Connectors that crash

    private static let crashesToQuarantine = 5

    private func clearCrashes() throws {
        try environment.store.write { try Quarantine.clearCrashes($0, connector: job.connector.id) }
    }

    private mutating func countCrash(_ failure: ReadFailure) throws {
        switch failure.problem.class {
        case .crashed, .hung, .limit: break
        default: return
        }
        let connector = job.connector
        try environment.store.write { db in
            let crashes = try Quarantine.countCrash(db, connector: connector.id)
            guard crashes >= Self.crashesToQuarantine else { return }
            try Quarantine.set(
                db, connector: connector.id, sha256: connector.sha256,
                reason: "\(crashes) runs in a row ended with: \(failure.problem.text)")
        }
    }
}

/// Applies the plan that a run keeps, and counts the edition up.
struct PlanApplier {
    let db: any Database
    let context: SourceContext
    let now: Timestamp

    func additions(of journal: RunJournal) throws -> BookAdditions {
        try BookAdditions(
            db, domain: context.domain.id, graceEnd: context.graceEnd(from: now), sequence: journal.record.sequence)
    }

    func additionsToEmptyBook(of journal: RunJournal) throws -> BookAdditions? {
        try Book.isEmpty(db, domain: context.domain.id) ? additions(of: journal) : nil
    }

    /// - Parameter isInBook: the plan went into the book while it was made.
    func apply(_ journal: inout RunJournal, isInBook: Bool = false) throws {
        if !isInBook {
            try BookApplier(db: db, domain: context.domain.id, additions: try additions(of: journal))
                .apply(run: journal.summary.id)
        }
        let edition = try Editions.advance(db, domain: context.domain.id)
        journal.summary.edition = .init(from: edition - 1, to: edition)
    }
}

extension PlanMaker {
    /// Changes when the rules, or what is an orphan, do.
    func rulesFingerprint() throws -> String {
        context.rules.fingerprint + "\n" + (try orphans().sorted().map(String.init).joined(separator: ","))
    }

    /// Whether the book has been planned from just this mirror by just these rules, and nobody has changed it since.
    func isSettled(_ rules: String) throws -> Bool {
        let source = context.source
        return source.firstSyncedRun != nil && source.plannedMirror == source.mirrorVersion
            && source.plannedEdition == context.domain.edition && source.plannedRules == rules
    }

    func settle(_ rules: String, edition: Int64, _ plan: MadePlan) throws {
        try remember(plan.outcome.contested)
        try Sources.setPlanned(
            db, context.source.id, mirror: context.source.mirrorVersion, edition: edition, rules: rules)
    }
}

extension Runs {
    /// A held plan stays until the next plan of its source takes its place.
    static func replaceHeld(_ db: any Database, source: Int64, by run: String, at now: Timestamp) throws {
        while var held = try Runs.held(db, source: source) {
            held.summary.outcome = .cancelled
            held.summary.finishedAt = now
            held.summary.warnings.append("Replaced by run \(run).")
            try Runs.update(db, held)
        }
    }
}
