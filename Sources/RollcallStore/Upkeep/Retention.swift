package import RollcallCore

/// How long what has been is remembered. All in seconds.
package struct Retention: Equatable, Sendable {
    /// Runs, and with them the possibility to undo them.
    package var history: Int64 = 400 * 86_400
    /// The plans of previews, and of held runs that nobody has decided about.
    package var previews: Int64 = 30 * 86_400
    package var audit: Int64 = 800 * 86_400
    /// What is left of removed sources.
    package var removed: Int64 = 30 * 86_400

    package init() {}

    /// How long a held plan waits for a person, whatever the configuration says.
    package static let held: Int64 = 30 * 86_400
    /// Longer than any clock is likely to be wrong: a slot that is forgotten could be served again.
    static let slots: Int64 = 400 * 86_400
}

extension Store {
    /// One small step of forgetting; `false` when there is nothing left to do. Each step is a short transaction, so that
    /// runs and pages wait for none.
    package func forget(_ retention: Retention, at now: Timestamp) throws -> Bool {
        func before(_ age: Int64) -> Timestamp { Timestamp(seconds: now.seconds - age) }
        let steps: [(any Database) throws -> Int] = [
            { try Runs.expireHeld($0, before: before(Retention.held), at: now) },
            { try RunChanges.prune($0, ofPreviewsBefore: before(retention.previews), limit: 20) },
            { try Runs.prune($0, before: before(retention.history), limit: 20) },
            { try RemovedSources.prune($0, before: before(retention.removed), limit: 2_000) },
            { try Audit.prune($0, before: before(retention.audit), limit: 500) },
            { try Sessions.prune($0, at: now) },
            { try SlotClaims.prune($0, before: before(Retention.slots), limit: 2_000) },
        ]
        // Looked for first: a write that finds nothing to do would still be one.
        guard try read({ try Forgettable.isThere($0, retention, at: now) }) else { return false }
        for step in steps where try write(step) > 0 { return true }
        return false
    }
}

/// Whether there is anything to forget.
private enum Forgettable {
    static func isThere(_ db: any Database, _ retention: Retention, at now: Timestamp) throws -> Bool {
        let questions: [(String, Int64)] = [
            ("SELECT 1 FROM runs WHERE outcome = 'held' AND started_at < ? LIMIT 1", Retention.held),
            (
                """
                SELECT 1 FROM runs r WHERE r.outcome IN ('previewed', 'cancelled') AND r.started_at < ?
                AND EXISTS (SELECT 1 FROM run_changes c WHERE c.run_id = r.id) LIMIT 1
                """, retention.previews
            ),
            ("SELECT 1 FROM runs WHERE outcome <> 'running' AND started_at < ? LIMIT 1", retention.history),
            ("SELECT 1 FROM removed_sources WHERE removed_at < ? LIMIT 1", retention.removed),
            ("SELECT 1 FROM audit WHERE at < ? LIMIT 1", retention.audit),
            ("SELECT 1 FROM sessions WHERE seen_at < ? LIMIT 1", Sessions.idle),
            ("SELECT 1 FROM sessions WHERE created_at < ? LIMIT 1", Sessions.longest),
            ("SELECT 1 FROM slots WHERE at < ? LIMIT 1", Retention.slots),
        ]
        for (question, age) in questions where try db.count(question, [.int(now.seconds - age)]) > 0 { return true }
        return false
    }
}

extension Runs {
    /// Gives up held plans that nobody has decided about.
    static func expireHeld(_ db: any Database, before moment: Timestamp, at now: Timestamp) throws -> Int {
        let old = try held(db).filter { ($0.summary.finishedAt ?? $0.summary.startedAt) < moment }
        for var run in old {
            run.summary.outcome = .cancelled
            run.summary.finishedAt = now
            run.summary.warnings.append("Given up: nobody decided about it in 30 days.")
            try RunChanges.delete(db, run: run.summary.id)
            try update(db, run)
        }
        return old.count
    }

    /// Forgets the oldest runs, with what it takes to undo them.
    static func prune(_ db: any Database, before moment: Timestamp, limit: Int) throws -> Int {
        let old = "SELECT id FROM runs WHERE outcome <> 'running' AND started_at < ? ORDER BY id LIMIT ?"
        let binds: [SQLValue] = [.int(moment.seconds), .int(Int64(limit))]
        try db.execute("DELETE FROM run_changes WHERE run_id IN (\(old))", binds)
        return try db.execute("DELETE FROM runs WHERE id IN (\(old))", binds)
    }
}

extension RunChanges {
    static func prune(_ db: any Database, ofPreviewsBefore moment: Timestamp, limit: Int) throws -> Int {
        try db.execute(
            """
            DELETE FROM run_changes WHERE run_id IN
                (SELECT r.id FROM runs r WHERE r.outcome IN ('previewed', 'cancelled') AND r.started_at < ?
                AND EXISTS (SELECT 1 FROM run_changes c WHERE c.run_id = r.id) LIMIT ?)
            """, [.int(moment.seconds), .int(Int64(limit))])
    }
}

extension Sessions {
    static func prune(_ db: any Database, at now: Timestamp) throws -> Int {
        try db.execute(
            "DELETE FROM sessions WHERE seen_at < ? OR created_at < ?",
            [.int(now.seconds - idle), .int(now.seconds - longest)])
    }
}
