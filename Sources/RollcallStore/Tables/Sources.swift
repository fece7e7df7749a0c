package import RollcallCore

/// Names a source in the keys of the big tables.
package struct SourceKey: Hashable, Sendable {
    package var domain: Int64
    package var source: Int64

    package init(domain: Int64, source: Int64) {
        self.domain = domain
        self.source = source
    }
}

/// One connection of a domain to a directory: what people set, and how far the reading and planning have come.
package struct Source: Equatable, Sendable {
    package var id: Int64
    package var domain: Int64
    package var type: String
    package var enabled: Bool
    package var createdAt: Timestamp
    /// The connector's settings, by field id.
    package var settings: [String: String]
    /// The host's, by the ids of cli.md.
    package var hostSettings: [String: String]

    /// The delta state as the connector gave it last, and what it is good for: connector and version, settings' digest.
    package var state: [UInt8]?
    package var stateConnector: String
    package var stateSettings: String
    /// Goes up with every change of the mirror.
    package var mirrorVersion: Int64
    package var mirrorObjects: Int64
    package var mirrorMemberships: Int64
    /// The first run that was applied or found nothing to do; `nil` before that.
    package var firstSyncedRun: String?
    /// What the book was last planned from: with all three unchanged there is nothing to plan.
    package var plannedMirror: Int64
    package var plannedEdition: Int64
    package var plannedRules: String
    /// The number of the FULL that is, or was, being read; while it is open it can be gone on with.
    package var generation: Int64
    package var generationOpen: Bool
    package var generationChunks: Int64

    package var key: SourceKey { SourceKey(domain: domain, source: id) }
}

package enum Sources {
    package static func add(_ db: any Database, domain: Int64, type: String, at now: Timestamp) throws -> Source {
        guard try find(db, domain: domain, type: type) == nil else {
            throw StoreError(.taken, "the domain has a source of type \(type) already")
        }
        let id = try Meta.next(db, "source")
        try db.execute(
            """
            INSERT INTO sources (id, domain_id, type, enabled, created_at, state, state_connector, state_settings,
                mirror_version, mirror_objects, mirror_memberships, first_synced_run, planned_mirror, planned_edition,
                planned_rules, generation, generation_open, generation_chunks)
            VALUES (?, ?, ?, 1, ?, NULL, '', '', 0, 0, 0, NULL, -1, -1, '', 0, 0, 0)
            """, [.int(id), .int(domain), .text(type), .int(now.seconds)])
        guard let source = try find(db, id: id) else { throw StoreError(.other, "a source was not stored") }
        return source
    }

    package static func find(_ db: any Database, id: Int64) throws -> Source? {
        try db.first(columns + " WHERE id = ?", [.int(id)], row).map { try filled(db, $0) }
    }

    package static func find(_ db: any Database, domain: Int64, type: String) throws -> Source? {
        try db.first(columns + " WHERE domain_id = ? AND type = ?", [.int(domain), .text(type)], row)
            .map { try filled(db, $0) }
    }

    /// In the order in which they were made; all of them, or a domain's.
    package static func list(_ db: any Database, domain: Int64? = nil) throws -> [Source] {
        let sources =
            if let domain {
                try db.all(columns + " WHERE domain_id = ? ORDER BY id", [.int(domain)], row)
            } else {
                try db.all(columns + " ORDER BY id", [], row)
            }
        return try sources.map { try filled(db, $0) }
    }

    package static func setEnabled(_ db: any Database, _ source: Int64, _ enabled: Bool) throws {
        try db.execute("UPDATE sources SET enabled = ? WHERE id = ?", [SQLValue(enabled), .int(source)])
    }

    /// Sets or, by `nil`, removes one setting; `host` tells the host's from the connector's.
    package static func set(
        _ db: any Database, _ source: Int64, host: Bool, _ name: String, _ value: String?
    ) throws {
        // What was learned of the old settings need not be true of the new ones.
        if !host { try TrustEnds.removeAll(db, source: source) }
        guard let value else {
            try db.execute(
                "DELETE FROM source_settings WHERE source_id = ? AND host = ? AND name = ?",
                [.int(source), SQLValue(host), .text(name)])
            return
        }
        try db.execute(
            """
            INSERT INTO source_settings (source_id, host, name, value) VALUES (?, ?, ?, ?)
            ON CONFLICT (source_id, host, name) DO UPDATE SET value = excluded.value
            """, [.int(source), SQLValue(host), .text(name), .text(value)])
    }

    /// Removes the source with its settings and secrets. Entries of the book that it owns are removed too, or with
    /// `keepEntries` become hand-made ones; where the book changes, its edition goes up. History and mirror stay until
    /// retention takes them. Returns how many entries.
    @discardableResult
    package static func remove(_ db: any Database, _ key: SourceKey, keepEntries: Bool = false, at now: Timestamp)
        throws -> Int
    {
        let owned: [SQLValue] = [.int(key.domain), .int(key.source)]
        let entries =
            keepEntries
            ? try db.execute("UPDATE entries SET owner = 0 WHERE domain_id = ? AND owner = ?", owned)
            : try db.execute("DELETE FROM entries WHERE domain_id = ? AND owner = ?", owned)
        if entries > 0 { try Editions.advance(db, domain: key.domain) }
        try Secrets.removeAll(db, owner: .source(key.source))
        try Secrets.removeAll(db, owner: .reports(of: key.source))
        while var held = try Runs.held(db, source: key.source) {
            held.summary.outcome = .cancelled
            held.summary.finishedAt = now
            held.summary.warnings.append("Given up: its source was removed.")
            try Runs.update(db, held)
        }
        for table in ["leases", "slots", "failing_sources", "source_settings", "reports", "trust_ends"] {
            try db.execute("DELETE FROM \(table) WHERE source_id = ?", [.int(key.source)])
        }
        try RemovedSources.add(db, key, at: now)
        try db.execute("DELETE FROM sources WHERE id = ?", [.int(key.source)])
        return entries
    }

    private static let columns = """
        SELECT id, domain_id, type, enabled, created_at, state, state_connector, state_settings, mirror_version,
            mirror_objects, mirror_memberships, first_synced_run, planned_mirror, planned_edition, planned_rules,
            generation, generation_open, generation_chunks
        FROM sources
        """

    private static func row(_ row: any Row) -> Source {
        Source(
            id: row.int(0), domain: row.int(1), type: row.text(2), enabled: row.flag(3),
            createdAt: Timestamp(seconds: row.int(4)), settings: [:], hostSettings: [:], state: row.optionalBlob(5),
            stateConnector: row.text(6), stateSettings: row.text(7), mirrorVersion: row.int(8),
            mirrorObjects: row.int(9), mirrorMemberships: row.int(10), firstSyncedRun: row.optionalText(11),
            plannedMirror: row.int(12), plannedEdition: row.int(13), plannedRules: row.text(14),
            generation: row.int(15), generationOpen: row.flag(16), generationChunks: row.int(17))
    }

    private static func filled(_ db: any Database, _ source: Source) throws -> Source {
        var source = source
        try db.query("SELECT host, name, value FROM source_settings WHERE source_id = ?", [.int(source.id)]) { row in
            if row.flag(0) {
                source.hostSettings[row.text(1)] = row.text(2)
            } else {
                source.settings[row.text(1)] = row.text(2)
            }
        }
        return source
    }
}
