/// The store's own facts: its id, which secrets are bound to, and the numbers that name things.
package enum Meta {
    static func begin(_ db: any Database) throws {
        let id = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        try set(db, "store.id", id)
    }

    static func get(_ db: any Database, _ name: String) throws -> [UInt8]? {
        try db.first("SELECT value FROM meta WHERE name = ?", [.text(name)]) { $0.blob(0) }
    }

    static func set(_ db: any Database, _ name: String, _ value: [UInt8]) throws {
        try db.execute(
            "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [.text(name), .blob(value)])
    }

    static func remove(_ db: any Database, _ name: String) throws {
        try db.execute("DELETE FROM meta WHERE name = ?", [.text(name)])
    }

    static func storeID(_ db: any Database) throws -> [UInt8] {
        guard let id = try get(db, "store.id"), id.count == 16 else {
            throw StoreError(.corrupt, "the store has lost its id", hint: "restore a backup")
        }
        return id
    }

    /// The next number of a kind: 1, 2, … and never one twice, also after a removal.
    static func next(_ db: any Database, _ name: String) throws -> Int64 {
        try db.count(
            """
            INSERT INTO counters (name, value) VALUES (?, 1)
            ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value
            """, [.text(name)])
    }
}
