internal import Crypto
package import RollcallCore

/// Who did what, and what it was before and after, without secrets. Rows are only ever added; the oldest go when they
/// have come to the age that retention sets.
package struct AuditRecord: Equatable, Sendable {
    package var sequence: Int64
    package var at: Timestamp
    package var who: String
    /// The address that it came from; empty for the command line.
    package var origin: String
    package var what: String
    package var target: String
    /// A status of HTTP, or the exit code of a command.
    package var answer: Int
    /// JSON of what was changed; empty where that is not known.
    package var before: String
    package var after: String

    package var isDone: Bool { answer < 400 && !(1..<100).contains(answer) }
}

/// Each row's digest is over its fields and the digest of the row before: a row that is changed, put in or taken out
/// breaks the chain (`verify`), unless all later ones are made anew, too.
package enum Audit {
    package static func add(
        _ db: any Database, who: String, origin: String, what: String, target: String, answer: Int, before: String = "",
        after: String = "", at now: Timestamp
    ) throws {
        let redactor = SecretRegistry.shared.redactor
        let record = AuditRecord(
            sequence: try Meta.next(db, "audit"), at: now, who: who, origin: origin, what: what,
            target: redactor.redact(target), answer: answer, before: redactor.redact(before),
            after: redactor.redact(after))
        let last = try db.first("SELECT digest FROM audit ORDER BY sequence DESC LIMIT 1", []) { $0.blob(0) }
        let digest = digest(record, after: try last ?? Meta.get(db, "audit.anchor") ?? [])
        try db.execute(
            """
            INSERT INTO audit (sequence, at, who, origin, what, target, answer, before, after, digest)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .int(record.sequence), .int(now.seconds), .text(who), .text(origin), .text(what), .text(record.target),
                .int(Int64(answer)), .text(record.before), .text(record.after), .blob(digest),
            ])
    }

    /// The latest first.
    package static func list(_ db: any Database, limit: Int, before: Int64? = nil) throws -> [AuditRecord] {
        try db.all(
            columns + " WHERE sequence < ? ORDER BY sequence DESC LIMIT ?",
            [.int(before ?? .max), .int(Int64(limit))], record)
    }

    /// Forgets the oldest rows, at most `limit` of them. The chain begins behind them from now on.
    package static func prune(_ db: any Database, before moment: Timestamp, limit: Int) throws -> Int {
        let last = try db.first(
            """
            SELECT sequence, digest FROM audit WHERE sequence <
                COALESCE((SELECT MIN(sequence) FROM audit WHERE at >= ?), 9223372036854775807)
            ORDER BY sequence LIMIT 1 OFFSET ?
            """, [.int(moment.seconds), .int(Int64(limit - 1))]
        ) { (sequence: $0.int(0), digest: $0.blob(1)) }
        let end =
            try last
            ?? db.first(
                """
                SELECT sequence, digest FROM audit WHERE sequence <
                    COALESCE((SELECT MIN(sequence) FROM audit WHERE at >= ?), 9223372036854775807)
                ORDER BY sequence DESC LIMIT 1
                """, [.int(moment.seconds)]
            ) { (sequence: $0.int(0), digest: $0.blob(1)) }
        guard let end else { return 0 }
        try Meta.set(db, "audit.pruning", [1])
        let count = try db.execute("DELETE FROM audit WHERE sequence <= ?", [.int(end.sequence)])
        try Meta.set(db, "audit.anchor", end.digest)
        try Meta.remove(db, "audit.pruning")
        return count
    }

    /// What is wrong with the chain, if anything is.
    package static func verify(_ db: any Database) throws -> String? {
        var previous = try Meta.get(db, "audit.anchor") ?? []
        var sequence: Int64?
        var flaw: String?
        try db.query(columns + " ORDER BY sequence", []) { row in
            guard flaw == nil else { return }
            let (record, stored) = (Self.record(row), row.blob(9))
            if let sequence, record.sequence != sequence + 1 {
                flaw = "the audit trail lacks entries between \(sequence) and \(record.sequence)"
            } else if !(stored.isEmpty && previous.isEmpty), digest(record, after: previous) != stored {
                flaw = "entry \(record.sequence) of the audit trail is not as it was written"
            }
            sequence = record.sequence
            previous = stored
        }
        let count = try db.count("SELECT value FROM counters WHERE name = 'audit'")
        if flaw == nil, let sequence, sequence != count {
            flaw = "the audit trail lacks the entries after \(sequence); the last was \(count)"
        }
        return flaw
    }

    private static let columns =
        "SELECT sequence, at, who, origin, what, target, answer, before, after, digest FROM audit"

    private static func record(_ row: any Row) -> AuditRecord {
        AuditRecord(
            sequence: row.int(0), at: Timestamp(seconds: row.int(1)), who: row.text(2), origin: row.text(3),
            what: row.text(4), target: row.text(5), answer: Int(row.int(6)), before: row.text(7), after: row.text(8))
    }

    private static func digest(_ record: AuditRecord, after previous: [UInt8]) -> [UInt8] {
        var bytes = Array("rollcall/audit/1".utf8)
        bytes.append(number: UInt32(previous.count))
        bytes += previous
        bytes.append(number: record.sequence)
        bytes.append(number: record.at.seconds)
        bytes.append(number: Int64(record.answer))
        for text in [record.who, record.origin, record.what, record.target, record.before, record.after] {
            bytes.append(text: text)
        }
        return Array(SHA256.hash(data: bytes))
    }
}
