package import RollcallCore

/// Sources that were removed: their history and mirror stay for a while, for whoever wants to know what happened.
enum RemovedSources {
    static func add(_ db: any Database, _ key: SourceKey, at now: Timestamp) throws {
        try db.execute(
            "INSERT INTO removed_sources (source_id, domain_id, removed_at) VALUES (?, ?, ?)",
            [.int(key.source), .int(key.domain), .int(now.seconds)])
    }

    /// Deletes up to `limit` rows of what is left of one that was removed before a moment. Answers how many went.
    static func prune(_ db: any Database, before moment: Timestamp, limit: Int) throws -> Int {
        let found = try db.first(
            "SELECT domain_id, source_id FROM removed_sources WHERE removed_at < ? ORDER BY source_id LIMIT 1",
            [.int(moment.seconds)]
        ) { SourceKey(domain: $0.int(0), source: $0.int(1)) }
        guard let key = found else { return 0 }
        let owned: [SQLValue] = [.int(key.domain), .int(key.source)]
        let batch = owned + owned + [.int(Int64(limit))]
        var gone = 0
        for (table, columns) in [
            ("objects", "place"), ("edges", "group_id"), ("seen", "generation, chunk"),
        ] {
            gone += try db.execute(
                """
                DELETE FROM \(table) WHERE domain_id = ? AND source_id = ? AND (\(columns)) IN
                    (SELECT \(columns) FROM \(table) WHERE domain_id = ? AND source_id = ? LIMIT ?)
                """, batch)
            if gone >= limit { return gone }
        }
        gone += try db.execute("DELETE FROM touched WHERE domain_id = ? AND source_id = ?", owned)
        let runs = "SELECT id FROM runs WHERE source_id = ? ORDER BY id LIMIT 100"
        gone += try db.execute("DELETE FROM run_changes WHERE run_id IN (\(runs))", [.int(key.source)])
        let ended = try db.execute("DELETE FROM runs WHERE id IN (\(runs))", [.int(key.source)])
        gone += ended
        if ended == 0 {
            gone += try db.execute("DELETE FROM removed_sources WHERE source_id = ?", [.int(key.source)])
        }
        return gone
    }
}
