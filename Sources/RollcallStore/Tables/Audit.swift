package import RollcallCore

/// Who did what through the dashboard or the API, and what came of it. Rows are only ever added.
package struct AuditRecord: Equatable, Sendable {
    package var sequence: Int64
    package var at: Timestamp
    package var who: String
    package var origin: String
    package var what: String
    package var target: String
    package var answer: Int
}

package enum Audit {
    package static func add(
        _ db: any Database, who: String, origin: String, what: String, target: String, answer: Int, at now: Timestamp
    ) throws {
        try db.execute(
            "INSERT INTO audit (sequence, at, who, origin, what, target, answer) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                .int(try Meta.next(db, "audit")), .int(now.seconds), .text(who), .text(origin), .text(what),
                .text(target), .int(Int64(answer)),
            ])
    }

    /// The latest first.
    package static func list(_ db: any Database, limit: Int, before: Int64? = nil) throws -> [AuditRecord] {
        try db.all(
            """
            SELECT sequence, at, who, origin, what, target, answer FROM audit WHERE sequence < ?
            ORDER BY sequence DESC LIMIT ?
            """, [.int(before ?? .max), .int(Int64(limit))]
        ) {
            AuditRecord(
                sequence: $0.int(0), at: Timestamp(seconds: $0.int(1)), who: $0.text(2), origin: $0.text(3),
                what: $0.text(4), target: $0.text(5), answer: Int($0.int(6)))
        }
    }
}
