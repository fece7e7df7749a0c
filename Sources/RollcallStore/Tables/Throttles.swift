package import RollcallCore

/// Failed attempts at signing in, kept so that a restart forgets none: who tries too often waits longer and longer.
package enum Throttles {
    /// The moment until which no further attempt is looked at; `nil`: now is fine.
    package static func until(_ db: any Database, key: String, at now: Timestamp) throws -> Timestamp? {
        let until = try db.count("SELECT until FROM throttles WHERE key = ?", [.text(key)])
        return until > now.seconds ? Timestamp(seconds: until) : nil
    }

    /// Counts a failure. The first `free` within `window` seconds cost nothing; then each doubles the wait, up to the
    /// window's length.
    package static func fail(
        _ db: any Database, key: String, free: Int64, window: Int64, at now: Timestamp
    ) throws {
        try db.execute(
            "DELETE FROM throttles WHERE since < ? AND until < ?", [.int(now.seconds - 86_400), .int(now.seconds)])
        let old = try db.first("SELECT count, since, until FROM throttles WHERE key = ?", [.text(key)]) {
            ($0.int(0), $0.int(1), $0.int(2))
        }
        let isFresh = old.map { now.seconds - max($0.1, $0.2) > window } ?? true
        let count = isFresh ? 1 : (old?.0 ?? 0) + 1
        let since = isFresh ? now.seconds : old?.1 ?? now.seconds
        let over = count - free
        let wait = over < 0 ? 0 : min(window, 15 << min(over, 10))
        try db.execute(
            """
            INSERT INTO throttles (key, count, since, until) VALUES (?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET count = excluded.count, since = excluded.since, until = excluded.until
            """, [.text(key), .int(count), .int(since), .int(wait == 0 ? 0 : now.seconds + wait)])
    }

    package static func clear(_ db: any Database, key: String) throws {
        try db.execute("DELETE FROM throttles WHERE key = ?", [.text(key)])
    }
}
