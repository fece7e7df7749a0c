package import RollcallCore

/// A browser that signed in. The store has only the hash of what the browser holds.
package struct WebSession: Equatable, Sendable {
    package var hash: [UInt8]
    package var administrator: Int64
    package var createdAt: Timestamp
    package var seenAt: Timestamp
    package var agent: String
}

package enum Sessions {
    package static let idle: Int64 = 30 * 60
    package static let longest: Int64 = 12 * 3600

    package static func add(
        _ db: any Database, hash: [UInt8], administrator: Int64, agent: String, at now: Timestamp
    ) throws {
        try db.execute(
            "DELETE FROM sessions WHERE seen_at < ? OR created_at < ?",
            [.int(now.seconds - idle), .int(now.seconds - longest)])
        try db.execute(
            "INSERT INTO sessions (hash, administrator_id, created_at, seen_at, agent) VALUES (?, ?, ?, ?, ?)",
            [.blob(hash), .int(administrator), .int(now.seconds), .int(now.seconds), .text(agent)])
    }

    /// One that has not ended.
    package static func find(_ db: any Database, hash: [UInt8], at now: Timestamp) throws -> WebSession? {
        let found = try db.first(columns + " WHERE hash = ?", [.blob(hash)], row)
        guard let found, now.seconds - found.seenAt.seconds < idle, now.seconds - found.createdAt.seconds < longest
        else { return nil }
        return found
    }

    package static func touch(_ db: any Database, hash: [UInt8], at now: Timestamp) throws {
        try db.execute("UPDATE sessions SET seen_at = ? WHERE hash = ?", [.int(now.seconds), .blob(hash)])
    }

    package static func list(_ db: any Database, administrator: Int64, at now: Timestamp) throws -> [WebSession] {
        try db.all(columns + " WHERE administrator_id = ? ORDER BY seen_at DESC", [.int(administrator)], row)
            .filter { now.seconds - $0.seenAt.seconds < idle && now.seconds - $0.createdAt.seconds < longest }
    }

    package static func remove(_ db: any Database, hash: [UInt8]) throws {
        try db.execute("DELETE FROM sessions WHERE hash = ?", [.blob(hash)])
    }

    package static func removeAll(_ db: any Database, administrator: Int64) throws {
        try db.execute("DELETE FROM sessions WHERE administrator_id = ?", [.int(administrator)])
    }

    private static let columns = "SELECT hash, administrator_id, created_at, seen_at, agent FROM sessions"

    private static func row(_ row: any Row) -> WebSession {
        WebSession(
            hash: row.blob(0), administrator: row.int(1), createdAt: Timestamp(seconds: row.int(2)),
            seenAt: Timestamp(seconds: row.int(3)), agent: row.text(4))
    }
}
