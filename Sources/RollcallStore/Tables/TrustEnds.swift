package import RollcallCore

/// Until when what a source signs in with is good, as its connector learned it: a certificate, a client secret. Forgotten
/// when the source's settings or secrets change, for it was learned of the old ones.
package struct TrustEnd: Equatable, Sendable {
    package var what: String
    package var endsAt: Timestamp
    package var learnedAt: Timestamp
}

package enum TrustEnds {
    package static func set(
        _ db: any Database, source: Int64, what: String, endsAt: Timestamp, at now: Timestamp
    ) throws {
        try db.execute(
            """
            INSERT INTO trust_ends (source_id, what, ends_at, learned_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (source_id, what) DO UPDATE SET ends_at = excluded.ends_at, learned_at = excluded.learned_at
            """, [.int(source), .text(what), .int(endsAt.seconds), .int(now.seconds)])
    }

    package static func list(_ db: any Database, source: Int64) throws -> [TrustEnd] {
        try db.all(
            "SELECT what, ends_at, learned_at FROM trust_ends WHERE source_id = ? AND what <> '' ORDER BY what",
            [.int(source)]
        ) {
            TrustEnd(
                what: $0.text(0), endsAt: Timestamp(seconds: $0.int(1)), learnedAt: Timestamp(seconds: $0.int(2)))
        }
    }

    /// Notes that the connector was asked, whatever it knew; until settings or secrets change, it need not be asked again.
    package static func noteAsked(_ db: any Database, source: Int64, at now: Timestamp) throws {
        try set(db, source: source, what: "", endsAt: now, at: now)
    }

    package static func wasAsked(_ db: any Database, source: Int64) throws -> Bool {
        try db.count("SELECT COUNT(*) FROM trust_ends WHERE source_id = ?", [.int(source)]) > 0
    }

    package static func removeAll(_ db: any Database, source: Int64) throws {
        try db.execute("DELETE FROM trust_ends WHERE source_id = ?", [.int(source)])
    }
}
