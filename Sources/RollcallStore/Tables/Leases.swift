package import RollcallCore

/// Who may work on a source: one process at a time. A lease is good while it is renewed; one whose process has died on
/// this machine is free at once, one of another machine 60 seconds after its last sign of life.
package struct Lease: Equatable, Sendable {
    package var source: Int64
    package var token: String
    package var process: ProcessIdentity
    package var takenAt: Timestamp
    package var heartbeat: Timestamp
    /// For people: what the holder is doing, and for whom.
    package var what: String
}

package enum Leases {
    package static let patience: Int64 = 60

    package enum Answer: Equatable, Sendable {
        case taken(token: String)
        case busy(Lease)
    }

    /// Takes the lease, if nobody alive holds it. Belongs into a `write`.
    package static func take(
        _ db: any Database, source: Int64, what: String, at now: Timestamp, process: ProcessIdentity = .current
    ) throws -> Answer {
        if let lease = try holder(db, source: source, at: now) { return .busy(lease) }
        let token = String(UInt128.random(in: .min ... .max), radix: 16)
        try db.execute(
            """
            INSERT INTO leases (source_id, token, host, pid, pid_start, boot, taken_at, heartbeat, what)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (source_id) DO UPDATE SET token = excluded.token, host = excluded.host, pid = excluded.pid,
                pid_start = excluded.pid_start, boot = excluded.boot, taken_at = excluded.taken_at,
                heartbeat = excluded.heartbeat, what = excluded.what, cancelled_by = NULL
            """,
            [
                .int(source), .text(token), .text(process.host), .int(Int64(process.pid)), .int(process.start),
                .text(process.boot), .int(now.seconds), .int(now.seconds), .text(what),
            ])
        return .taken(token: token)
    }

    /// A sign of life. `false`: the lease has passed to another, and the work must stop without writing anything.
    package static func renew(_ db: any Database, source: Int64, token: String, at now: Timestamp) throws -> Bool {
        try db.execute(
            "UPDATE leases SET heartbeat = ? WHERE source_id = ? AND token = ?",
            [.int(now.seconds), .int(source), .text(token)]) > 0
    }

    /// Asks whoever holds the source to stop. `false` where nobody does.
    package static func requestCancel(_ db: any Database, source: Int64, by person: String) throws -> Bool {
        try db.execute(
            "UPDATE leases SET cancelled_by = ? WHERE source_id = ?", [.text(person), .int(source)]) > 0
    }

    /// Who has asked this holder to stop, if anybody has.
    package static func cancelRequest(_ db: any Database, source: Int64, token: String) throws -> String? {
        try db.first(
            "SELECT cancelled_by FROM leases WHERE source_id = ? AND token = ?", [.int(source), .text(token)]
        ) { $0.optionalText(0) } ?? nil
    }

    /// Whether the lease is still this holder's: to be asked inside the transaction that applies.
    package static func holds(_ db: any Database, source: Int64, token: String) throws -> Bool {
        try db.count("SELECT COUNT(*) FROM leases WHERE source_id = ? AND token = ?", [.int(source), .text(token)]) > 0
    }

    package static func release(_ db: any Database, source: Int64, token: String) throws {
        try db.execute("DELETE FROM leases WHERE source_id = ? AND token = ?", [.int(source), .text(token)])
    }

    /// Who holds the source now; `nil` where it is free.
    package static func holder(_ db: any Database, source: Int64, at now: Timestamp) throws -> Lease? {
        let lease = try db.first(columns + " WHERE source_id = ?", [.int(source)], row)
        return lease.flatMap { isGood($0, now) ? $0 : nil }
    }

    /// All leases that are held now.
    package static func list(_ db: any Database, at now: Timestamp) throws -> [Lease] {
        try db.all(columns + " ORDER BY source_id", [], row).filter { isGood($0, now) }
    }

    private static func isGood(_ lease: Lease, _ now: Timestamp) -> Bool {
        switch lease.process.life {
        case .alive: true
        case .dead: false
        // A sign of life from far in the future is a clock's fault, not a sign of life.
        case .unknown: (-10 * patience...patience).contains(now.seconds - lease.heartbeat.seconds)
        }
    }

    private static let columns = """
        SELECT source_id, token, host, pid, pid_start, boot, taken_at, heartbeat, what FROM leases
        """

    private static func row(_ row: any Row) -> Lease {
        Lease(
            source: row.int(0), token: row.text(1),
            process: ProcessIdentity(
                host: row.text(2), boot: row.text(5), pid: Int32(truncatingIfNeeded: row.int(3)), start: row.int(4)),
            takenAt: Timestamp(seconds: row.int(6)), heartbeat: Timestamp(seconds: row.int(7)), what: row.text(8))
    }
}
