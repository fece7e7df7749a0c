package import RollcallCore

/// A source whose last runs have failed: how often in a row, since when, and when it is tried again.
package struct FailingSource: Equatable, Sendable {
    package var failures: Int
    package var since: Timestamp
    /// The last run that failed.
    package var run: String
    package var `class`: ProblemClass
    /// `nil`: not before a person has changed something.
    package var retryAt: Timestamp?
}

package enum FailingSources {
    package static func find(_ db: any Database, source: Int64) throws -> FailingSource? {
        try db.first(
            "SELECT failures, since, run_id, class, retry_at FROM failing_sources WHERE source_id = ?", [.int(source)]
        ) {
            FailingSource(
                failures: Int($0.int(0)), since: Timestamp(seconds: $0.int(1)), run: $0.text(2),
                class: ProblemClass(rawValue: $0.text(3)) ?? .failed,
                retryAt: $0.optionalInt(4).map { Timestamp(seconds: $0) })
        }
    }

    /// One more failure. `wait` is how long the directory itself has asked to be left alone, in seconds.
    @discardableResult
    package static func count(
        _ db: any Database, source: Int64, run: String, class: ProblemClass, wait: Int64? = nil, at now: Timestamp
    ) throws -> FailingSource {
        let before = try find(db, source: source)
        let failures = (before?.failures ?? 0) + 1
        let delay = BackOff.delay(after: `class`, failures: failures, wait: wait, seed: run)
        let failing = FailingSource(
            failures: failures, since: before?.since ?? now, run: run, class: `class`,
            retryAt: delay.map { Timestamp(seconds: now.seconds + $0) })
        try db.execute(
            """
            INSERT INTO failing_sources (source_id, failures, since, run_id, class, retry_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (source_id) DO UPDATE SET failures = excluded.failures, run_id = excluded.run_id,
                class = excluded.class, retry_at = excluded.retry_at
            """,
            [
                .int(source), .int(Int64(failures)), .int(failing.since.seconds), .text(run), .text(`class`.rawValue),
                SQLValue(failing.retryAt?.seconds),
            ])
        return failing
    }

    /// A person has changed something: it is worth a try, in a minute, as there may be more to change.
    package static func resume(_ db: any Database, source: Int64, at now: Timestamp) throws {
        try db.execute(
            "UPDATE failing_sources SET retry_at = ? WHERE source_id = ?", [.int(now.seconds + 60), .int(source)])
    }

    /// It works again.
    package static func clear(_ db: any Database, source: Int64) throws {
        try db.execute("DELETE FROM failing_sources WHERE source_id = ?", [.int(source)])
    }
}
