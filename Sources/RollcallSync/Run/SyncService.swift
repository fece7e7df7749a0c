internal import RollcallConnectors
package import RollcallCore
internal import RollcallStore

/// Everything that can be done with a source: the one door for command line, pages, API and scheduler.
package struct SyncService: Sendable {
    package let environment: SyncEnvironment

    package init(_ environment: SyncEnvironment) { self.environment = environment }

    package struct RunOptions: Sendable {
        package var kind = RunKind.sync
        /// Read in full, whatever the state.
        package var isFull = false
        package var startedBy: String
        /// Seconds to wait for another run of the source to end.
        package var patience = 0
        package var control = RunControl()
        /// Read in place of the list that was posted last.
        package var posted: [UInt8]?
        /// The slot that this run serves; no other run may serve it, too.
        package var slot: Slots.Slot?

        package init(startedBy: String) { self.startedBy = startedBy }
    }

    /// A Manual Sync or a Preview: reads, plans, guards, and for a sync within the limits applies. Always answers the
    /// run, also a failed or held one; throws only where no run could be begun.
    package func run(
        _ name: SourceName, _ options: RunOptions, observer: (any RunObserver)? = nil
    ) throws -> RunSummary {
        let context = try environment.store.read { try SourceContext.load($0, name) }
        guard context.source.enabled else {
            throw SyncFailure(
                .notAllowed, "The source \(context.name) is disabled.",
                hint: "Enable it with `rollcall source enable \(context.name)`.")
        }
        let job = try WorkerJob(environment, context)
        // Without its keys a run is refused, and leaves nothing in the history.
        try job.requireKeys()
        let lease = try LeaseKeeper(
            environment, context, what: "\(options.kind.rawValue) by \(options.startedBy)",
            patience: options.patience, control: options.control)
        defer { lease.release() }
        // Loaded again, now that nobody else changes it.
        let fresh = try environment.store.read { try context.reloaded($0) }
        var run = SourceRun(
            environment: environment, job: try WorkerJob(environment, fresh, posted: options.posted), lease: lease,
            options: options,
            observer: observer,
            journal: try RunJournal(
                environment, fresh, kind: options.kind, mode: .full, startedBy: options.startedBy,
                connector: (job.connector.id, job.connector.version), slot: options.slot))
        observer?.began(run.journal.summary)
        return try run.run()
    }

    /// Stops a run: one at work is asked to, one that is held is given up.
    package func cancel(run id: String, by person: String) throws -> RunSummary {
        let record = try find(run: id)
        switch record.summary.outcome {
        case .held, .previewed:
            var journal = RunJournal(environment, record)
            journal.summary.warnings.append("Given up by \(person).")
            try environment.store.write { try journal.end($0, .cancelled) }
            return journal.summary
        case .running:
            // Through the store, so that it reaches a run in any process, on any machine.
            let isHeard = try environment.store.write {
                try Leases.requestCancel($0, source: record.source, by: person)
            }
            guard isHeard else { throw SyncFailure(.notAllowed, "The run \(id) has just ended.") }
            return record.summary
        default:
            throw SyncFailure(.notAllowed, "The run \(id) is over: \(record.summary.outcome.rawValue).")
        }
    }

    func find(run id: String) throws -> RunRecord {
        let record = try environment.store.read { try Runs.find($0, id: id) }
        guard let record else {
            throw SyncFailure(.notFound, "There is no run \(id).", hint: "`rollcall run list` shows the history.")
        }
        return record
    }

    func context(of record: RunRecord) throws -> SourceContext {
        try environment.store.read { db in
            guard let domain = try Domains.find(db, id: record.domain),
                let source = try Sources.find(db, id: record.source)
            else {
                throw SyncFailure(.notFound, "The source of run \(record.summary.id) was removed.")
            }
            return try SourceContext(domain, source)
        }
    }
}
