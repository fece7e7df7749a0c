internal import RollcallCore

/// Which file of a connector a person has allowed, by its SHA-256.
package enum Pins {
    package static func pinned(_ db: any Database, connector: String) throws -> String? {
        try db.first("SELECT pinned FROM connectors WHERE id = ?", [.text(connector)]) { $0.optionalText(0) } ?? nil
    }

    package static func pin(_ db: any Database, connector: String, sha256: String) throws {
        try db.execute(
            """
            INSERT INTO connectors (id, pinned, quarantined, reason, crashes) VALUES (?, ?, NULL, NULL, 0)
            ON CONFLICT (id) DO UPDATE SET pinned = excluded.pinned
            """, [.text(connector), .text(sha256)])
    }

    package static func remove(_ db: any Database, connector: String) throws {
        try db.execute("UPDATE connectors SET pinned = NULL WHERE id = ?", [.text(connector)])
    }

    package static func list(_ db: any Database) throws -> [(connector: String, sha256: String)] {
        try db.all("SELECT id, pinned FROM connectors WHERE pinned IS NOT NULL ORDER BY id") {
            ($0.text(0), $0.text(1))
        }
    }
}

/// Connectors that are not to be run, each by the file that was at fault: another file of the same id is free.
package enum Quarantine {
    package static func reason(_ db: any Database, connector: String, sha256: String) throws -> String? {
        try db.first(
            "SELECT reason FROM connectors WHERE id = ? AND quarantined = ?", [.text(connector), .text(sha256)]
        ) { $0.text(0) }
    }

    package static func set(_ db: any Database, connector: String, sha256: String, reason: String) throws {
        try db.execute(
            """
            INSERT INTO connectors (id, pinned, quarantined, reason, crashes) VALUES (?, NULL, ?, ?, 0)
            ON CONFLICT (id) DO UPDATE SET quarantined = excluded.quarantined, reason = excluded.reason
            """, [.text(connector), .text(sha256), .text(SecretRegistry.shared.redact(reason))])
    }

    /// Frees the connector and forgets its crashes.
    package static func clear(_ db: any Database, connector: String) throws {
        try db.execute(
            "UPDATE connectors SET quarantined = NULL, reason = NULL, crashes = 0 WHERE id = ?", [.text(connector)])
    }

    /// Counts a crash; answers how many there were in a row.
    package static func countCrash(_ db: any Database, connector: String) throws -> Int {
        Int(
            try db.count(
                """
                INSERT INTO connectors (id, pinned, quarantined, reason, crashes) VALUES (?, NULL, NULL, NULL, 1)
                ON CONFLICT (id) DO UPDATE SET crashes = connectors.crashes + 1 RETURNING crashes
                """, [.text(connector)]))
    }

    /// A job ended well: the row of crashes is broken.
    package static func clearCrashes(_ db: any Database, connector: String) throws {
        try db.execute("UPDATE connectors SET crashes = 0 WHERE id = ? AND crashes > 0", [.text(connector)])
    }
}
