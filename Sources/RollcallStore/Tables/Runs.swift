internal import FoundationEssentials
package import RollcallCore

/// A run of the history: what the outward contract shows, and what the host keeps beside it.
package struct RunRecord: Equatable, Sendable {
    package var summary: RunSummary
    /// Counts the runs of the whole store: what `first_seen` and `since` refer to.
    package let sequence: Int64
    package let domain: Int64
    package let source: Int64
    /// The digest of the plan that a person approves, and what it was made from.
    package var planDigest: [UInt8]?
    package var planMirror: Int64
    package var planEdition: Int64
    /// Who carries it out.
    package var process: ProcessIdentity
}

package enum Runs {
    /// A new id: greater than that of every run in the store.
    package static func nextID(_ db: any Database, _ now: Timestamp) throws -> String {
        ULID.next(now, after: try db.first("SELECT MAX(id) FROM runs", []) { $0.optionalText(0) } ?? nil)
    }

    /// Puts the run into the history and gives it its sequence number.
    package static func insert(
        _ db: any Database, _ summary: RunSummary, source: SourceKey, process: ProcessIdentity = .current
    ) throws -> RunRecord {
        let record = RunRecord(
            summary: summary, sequence: try Meta.next(db, "run"), domain: source.domain, source: source.source,
            planDigest: nil, planMirror: 0, planEdition: 0, process: process)
        try db.execute(
            """
            INSERT INTO runs (kind, outcome, started_at, finished_at, plan_digest, plan_mirror, plan_edition,
                approved_by, approved_at, undo_of, undone_by, pid, pid_start, boot, host, summary, id, sequence,
                domain_id, source_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            try changeable(record) + [
                .text(summary.id), .int(record.sequence), .int(record.domain), .int(record.source),
            ])
        return record
    }

    package static func update(_ db: any Database, _ record: RunRecord) throws {
        try db.execute(
            """
            UPDATE runs SET kind = ?, outcome = ?, started_at = ?, finished_at = ?, plan_digest = ?, plan_mirror = ?,
                plan_edition = ?, approved_by = ?, approved_at = ?, undo_of = ?, undone_by = ?, pid = ?,
                pid_start = ?, boot = ?, host = ?, summary = ?
            WHERE id = ?
            """, try changeable(record) + [.text(record.summary.id)])
    }

    package static func find(_ db: any Database, id: String) throws -> RunRecord? {
        try db.first(columns + " WHERE id = ?", [.text(id)], row)
    }

    package static func find(_ db: any Database, sequence: Int64) throws -> RunRecord? {
        try db.first(columns + " WHERE sequence = ?", [.int(sequence)], row)
    }

    /// The latest first; of a domain, of one source, or all. `before` is the id of the last one of the page before.
    package static func list(
        _ db: any Database, domain: Int64? = nil, source: Int64? = nil, limit: Int = 50, before: String? = nil
    ) throws -> [RunRecord] {
        var wheres: [String] = []
        var binds: [SQLValue] = []
        if let source {
            wheres.append("source_id = ?")
            binds.append(.int(source))
        } else if let domain {
            wheres.append("domain_id = ?")
            binds.append(.int(domain))
        }
        if let before {
            wheres.append("id < ?")
            binds.append(.text(before))
        }
        let filter = wheres.isEmpty ? "" : " WHERE " + wheres.joined(separator: " AND ")
        return try db.all(columns + filter + " ORDER BY id DESC LIMIT ?", binds + [.int(Int64(limit))], row)
    }

    /// The source's latest run with one of these outcomes, previews aside unless they are asked for; of this kind, if one
    /// is given.
    package static func last(
        _ db: any Database, source: Int64, kind: RunKind? = nil, outcomes: [RunOutcome]
    ) throws -> RunRecord? {
        let (filter, binds) = latest(source, kind, outcomes)
        return try db.first(columns + filter, binds, row)
    }

    /// When that run was, without the reading of its summary: what a page that lists a thousand sources can afford.
    package static func lastMark(
        _ db: any Database, source: Int64, outcomes: [RunOutcome]
    ) throws -> (id: String, outcome: RunOutcome, startedAt: Timestamp, finishedAt: Timestamp?)? {
        let (filter, binds) = latest(source, nil, outcomes)
        return try db.first("SELECT id, outcome, started_at, finished_at FROM runs" + filter, binds) {
            (
                $0.text(0), RunOutcome(rawValue: $0.text(1)) ?? .failed, Timestamp(seconds: $0.int(2)),
                $0.optionalInt(3).map { Timestamp(seconds: $0) }
            )
        }
    }

    private static func latest(_ source: Int64, _ kind: RunKind?, _ outcomes: [RunOutcome]) -> (String, [SQLValue]) {
        let marks = outcomes.map { _ in "?" }.joined(separator: ", ")
        return (
            " WHERE source_id = ? AND outcome IN (\(marks))" + (kind == nil ? "" : " AND kind = ?")
                + " ORDER BY id DESC LIMIT 1",
            [.int(source)] + outcomes.map { .text($0.rawValue) } + (kind.map { [.text($0.rawValue)] } ?? [])
        )
    }

    /// The source's run that is held and waits for a person: there is one at most.
    package static func held(_ db: any Database, source: Int64) throws -> RunRecord? {
        try db.first(
            columns + " WHERE outcome = 'held' AND source_id = ? ORDER BY id DESC LIMIT 1", [.int(source)], row)
    }

    /// All held runs, of all sources.
    package static func held(_ db: any Database) throws -> [RunRecord] {
        try db.all(columns + " WHERE outcome = 'held' ORDER BY id", [], row)
    }

    private static let columns = """
        SELECT summary, sequence, domain_id, source_id, plan_digest, plan_mirror, plan_edition, pid, pid_start, boot,
            host
        FROM runs
        """

    private static func changeable(_ record: RunRecord) throws -> [SQLValue] {
        let summary = cleaned(record.summary)
        return [
            .text(summary.kind.rawValue), .text(summary.outcome.rawValue), .int(summary.startedAt.seconds),
            SQLValue(summary.finishedAt?.seconds), SQLValue(record.planDigest), .int(record.planMirror),
            .int(record.planEdition), SQLValue(summary.approvedBy), SQLValue(summary.approvedAt?.seconds),
            SQLValue(summary.undoes), SQLValue(summary.undoneBy), .int(Int64(record.process.pid)),
            .int(record.process.start), .text(record.process.boot), .text(record.process.host),
            .blob([UInt8](try JSONEncoder().encode(summary))),
        ]
    }

    /// What a connector or an error has said is kept for years: no secret may be in it.
    private static func cleaned(_ summary: RunSummary) -> RunSummary {
        guard summary.problem != nil || !summary.warnings.isEmpty else { return summary }
        let redactor = SecretRegistry.shared.redactor
        var summary = summary
        summary.problem = summary.problem.map { redactor.redact($0) }
        summary.warnings = summary.warnings.map { redactor.redact($0) }
        return summary
    }

    static func row(_ row: any Row) throws -> RunRecord {
        let summary: RunSummary
        do {
            summary = try JSONDecoder().decode(RunSummary.self, from: Data(row.bytes(0)))
        } catch {
            throw StoreError(
                .corrupt, "run number \(row.int(1)) of the history cannot be read: \(error)", hint: "restore a backup")
        }
        return RunRecord(
            summary: summary, sequence: row.int(1), domain: row.int(2), source: row.int(3),
            planDigest: row.optionalBlob(4), planMirror: row.int(5), planEdition: row.int(6),
            process: ProcessIdentity(
                host: row.text(10), boot: row.text(9), pid: Int32(truncatingIfNeeded: row.int(7)), start: row.int(8)))
    }
}

extension Runs {
    /// Runs that are `running` by the history, but whose process is gone; one on another machine counts as gone when
    /// nothing renews the lease on its source.
    package static func interrupted(_ db: any Database, at now: Timestamp) throws -> [RunRecord] {
        try db.all(columns + " WHERE outcome = 'running' ORDER BY id", [], row).filter { run in
            switch run.process.life {
            case .alive: false
            case .dead: true
            case .unknown: try Leases.holder(db, source: run.source, at: now) == nil
            }
        }
    }

    /// Ends them as failed, with a problem that says so. Answers what was ended.
    @discardableResult
    package static func closeInterrupted(_ db: any Database, at now: Timestamp) throws -> [RunRecord] {
        try interrupted(db, at: now).map { run in
            var run = run
            run.summary.outcome = .failed
            run.summary.finishedAt = now
            run.summary.problem = Problem(
                .failed, text: "The run was interrupted: its process ended before it was done. Nothing was applied.",
                detail: "process \(run.process.pid) on \(run.process.host)")
            try update(db, run)
            // Its slot has been used; what brings the source its run is the next try.
            if run.summary.kind == .sync {
                try FailingSources.count(db, source: run.source, run: run.summary.id, class: .failed, at: now)
            }
            return run
        }
    }

    /// When the source's latest sync began that read the directory to its end or is about to, as far as that is not in
    /// the future: a clock may have been set back.
    package static func lastStart(_ db: any Database, source: Int64, upTo now: Timestamp) throws -> Timestamp? {
        try db.first(
            """
            SELECT MAX(started_at) FROM runs WHERE source_id = ? AND kind = 'sync' AND started_at <= ?
            AND outcome IN ('applied', 'unchanged', 'held', 'running')
            """, [.int(source), .int(now.seconds)]
        ) { $0.optionalInt(0).map { Timestamp(seconds: $0) } } ?? nil
    }
}
