internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore

/// What a read came to.
struct ReadResult {
    var mode: RunMode
    var counts = ReadCounts()
    var warnings: [String] = []
    var early: EarlyPlan?
}

/// Why a read came to nothing.
struct ReadFailure: Error {
    var problem: Problem
    var isCancelled = false
    var incident: Incident?
    var mode: RunMode
    var counts: ReadCounts
}

/// Reads a source into its mirror: by delta where the connector can and the last state is good for it, else in full.
struct ReadPhase {
    let job: WorkerJob
    let sequence: Int64
    let isFullWanted: Bool
    let control: RunControl
    let observer: (any RunObserver)?

    func run() throws -> ReadResult {
        let source = job.context.source
        let tags = job.stateTags
        let isStateGood =
            source.state != nil && source.stateConnector == tags.connector && source.stateSettings == tags.settings
        let canResume = isStateGood && source.generationOpen && job.connector.flags.contains(.resumes)
        let isDelta = isStateGood && !source.generationOpen && job.connector.flags.contains(.deltas) && !isFullWanted

        observer?.phase(.connecting)
        let worker = try start()
        defer { worker.close() }
        control.attach(worker)
        defer { control.detach() }
        observer?.phase(.reading)

        if isDelta {
            let (end, ingest) = try read(worker, .delta, source, state: source.state ?? [])
            if end.status != .needFull { return try result(end, ingest, .delta) }
        }
        // The source's row may have changed with the delta's checkpoints.
        let (now, early) = try job.environment.store.read { db in
            let maker = PlanMaker(db: db, context: try job.context.reloaded(db))
            return (maker.context.source, canResume ? nil : try maker.earlyPlan())
        }
        let (end, ingest) = try read(
            worker, .full, now, state: canResume ? now.state ?? [] : [], resuming: canResume, early)
        return try result(end, ingest, .full)
    }

    private func start() throws -> Worker {
        do {
            return try job.start()
        } catch let failure as ConnectorFailure {
            throw ReadFailure(
                problem: failure.problem, incident: failure.incident, mode: .full, counts: ReadCounts())
        }
    }

    private func read(
        _ worker: Worker, _ mode: RunMode, _ source: Source, state: [UInt8], resuming: Bool = false,
        _ early: EarlyPlan? = nil
    ) throws -> (SyncEnd, MirrorIngest) {
        let tags = job.stateTags
        let ingest = try MirrorIngest(
            .init(
                store: job.environment.store, source: source, connector: tags.connector, settings: tags.settings,
                sequence: sequence, isFull: mode == .full, resumes: job.connector.flags.contains(.resumes),
                ignoresPlace: job.connector.flags.contains(.probes)),
            early: early, observer: observer, save: { try job.save(field: $0, value: $1) })
        if resuming { try ingest.resume() }
        defer { ingest.settle() }
        do {
            let end = try worker.sync(mode: mode == .full ? .full : .delta, state: state, observer: ingest)
            return (end, ingest)
        } catch {
            // An error of our own (a full disk, a lost lease) that ended the read is told as what it is.
            if let cause = error.cause, !(cause is RecordFlaw) { throw cause }
            throw ReadFailure(
                problem: error.problem, incident: error.incident, mode: mode, counts: counts(ingest, false))
        }
    }

    private func result(_ end: SyncEnd, _ ingest: MirrorIngest, _ mode: RunMode) throws -> ReadResult {
        guard end.status == .ok else {
            throw ReadFailure(
                problem: Self.problem(of: end, connector: job.connector), isCancelled: end.status == .cancelled,
                mode: mode, counts: counts(ingest, false))
        }
        if control.isCancelled {
            throw ReadFailure(
                problem: Problem(.failed, text: "The run was cancelled."), isCancelled: true, mode: mode,
                counts: counts(ingest, false))
        }
        try ingest.finish()
        var result = ReadResult(mode: mode)
        result.counts = counts(ingest, true)
        result.early = ingest.early
        // A delta that says OK has told all changes; what the mirror holds is complete either way.
        result.warnings = end.problems.map(\.text)
        if ingest.unknownKinds > 0 {
            result.warnings.append(
                "\(ingest.unknownKinds) records of kinds that this version does not know were skipped.")
        }
        if ingest.mendedTexts > 0 {
            result.warnings.append(
                "\(ingest.mendedTexts) records had text that is not UTF-8; the bad bytes were replaced.")
        }
        return result
    }

    private func counts(_ ingest: MirrorIngest, _ isComplete: Bool) -> ReadCounts {
        var counts = ReadCounts()
        counts.objects = Int(ingest.objectCount)
        counts.memberships = Int(ingest.edgeCount)
        counts.changed = ingest.changed
        counts.complete = isComplete
        return counts
    }

    static func problem(of end: SyncEnd, connector: ConnectorInfo) -> Problem {
        let `class` = end.status.problemClass ?? .failed
        if var problem = end.problems.last {
            problem.class = `class`
            return problem
        }
        let text =
            switch end.status {
            case .cancelled: "The run was cancelled."
            case .needFull: "The connector \(connector.id) asks for a full read again and again."
            case .unsupported: "The connector \(connector.id) cannot do this."
            default: "The connector \(connector.id) reports \(`class`.rawValue) without a reason."
            }
        return Problem(`class`, text: text)
    }
}
