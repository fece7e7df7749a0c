package import RollcallCore
package import RollcallStore

/// Keeps a run's row in the history in step with the run.
struct RunJournal {
    let environment: SyncEnvironment
    private(set) var record: RunRecord

    init(
        _ environment: SyncEnvironment, _ context: SourceContext, kind: RunKind, mode: RunMode, startedBy: String,
        connector: (id: String, version: String), slot: Slots.Slot? = nil
    ) throws {
        self.environment = environment
        record = try environment.store.write { db in
            // Runs of processes that are gone are closed first, so that the history never shows two at work.
            try InterruptedRuns.close(db, at: environment.now())
            let now = environment.now()
            let summary = RunSummary(
                id: try Runs.nextID(db, now), domain: context.domain.name, source: context.source.type,
                connector: connector.id, version: connector.version, kind: kind, mode: mode, startedBy: startedBy,
                startedAt: now, edition: try Editions.current(db, domain: context.domain.id))
            if let slot, try !SlotClaims.claim(db, source: context.source.id, slot, run: summary.id) {
                throw SyncFailure(.busy, "The slot of \(context.name) that was due has had its run by now.")
            }
            return try Runs.insert(db, summary, source: context.source.key)
        }
    }

    /// Goes on with a run of the past.
    init(_ environment: SyncEnvironment, _ record: RunRecord) {
        self.environment = environment
        self.record = record
    }

    var summary: RunSummary {
        get { record.summary }
        set { record.summary = newValue }
    }

    mutating func planned(_ plan: MadePlan) {
        record.planDigest = plan.digest
        record.planMirror = plan.mirror
        record.planEdition = plan.edition
        record.summary.counts = plan.outcome.counts
        record.summary.leftOut = plan.outcome.leftOut
        record.summary.warnings += plan.warnings
    }

    /// Ends the run within the transaction that makes its outcome true.
    mutating func end(_ db: any Database, _ outcome: RunOutcome) throws {
        record.summary.outcome = outcome
        record.summary.finishedAt = environment.now()
        try Runs.update(db, record)
        // Only the store can fail here, and then the outcome could not be kept either.
        try Reports.tell(db, record, at: environment.now())
        guard record.summary.kind == .sync else { return }
        switch outcome {
        // A plan that is held was read well.
        case .applied, .unchanged, .held: try FailingSources.clear(db, source: record.source)
        default: break
        }
    }

    /// Ends a run that came to nothing, and says when its source is tried again.
    mutating func fail(_ problem: Problem, control: RunControl? = nil, isCancelled: Bool = false) throws {
        record.summary.problem = problem
        try environment.store.write { db in
            try RunChanges.delete(db, run: record.summary.id)
            try end(db, isCancelled ? .cancelled : .failed)
            guard record.summary.kind == .sync else { return }
            if !isCancelled {
                try FailingSources.count(
                    db, source: record.source, run: record.summary.id, class: problem.class,
                    wait: control?.refusedWait, at: environment.now())
            } else if control?.isStopping == true {
                try SlotClaims.release(db, run: record.summary.id, source: record.source)
            }
        }
    }
}

/// Runs whose process is gone: they failed, and that is told like any other failure.
package enum InterruptedRuns {
    package static func close(_ db: any Database, at now: Timestamp) throws {
        for run in try Runs.closeInterrupted(db, at: now) { try Reports.tell(db, run, at: now) }
    }
}
