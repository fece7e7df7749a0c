package import RollcallCore

/// The list last posted to a domain, byte for byte: what a `posted` location reads.
package enum PostedLists {
    package static func set(_ db: any Database, domain: Int64, data: [UInt8], at now: Timestamp) throws {
        try db.execute(
            """
            INSERT INTO posted_lists (domain_id, changed_at, data) VALUES (?, ?, ?)
            ON CONFLICT (domain_id) DO UPDATE SET changed_at = excluded.changed_at, data = excluded.data
            """, [.int(domain), .int(now.seconds), .blob(data)])
    }

    package static func get(_ db: any Database, domain: Int64) throws -> (data: [UInt8], changedAt: Timestamp)? {
        try db.first("SELECT data, changed_at FROM posted_lists WHERE domain_id = ?", [.int(domain)]) {
            ($0.blob(0), Timestamp(seconds: $0.int(1)))
        }
    }

    package static func remove(_ db: any Database, domain: Int64) throws {
        try db.execute("DELETE FROM posted_lists WHERE domain_id = ?", [.int(domain)])
    }
}
