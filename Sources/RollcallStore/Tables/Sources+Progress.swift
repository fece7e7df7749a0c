/// How far the reading and planning of a source have come. Each of these belongs into the transaction that makes it
/// true.
extension Sources {
    /// The delta state, and what it is good for. `nil` forgets it: the next read is a full one.
    package static func setState(
        _ db: any Database, _ source: Int64, state: [UInt8]?, connector: String = "", settings: String = ""
    ) throws {
        try db.execute(
            "UPDATE sources SET state = ?, state_connector = ?, state_settings = ? WHERE id = ?",
            [SQLValue(state), .text(connector), .text(settings), .int(source)])
    }

    /// The mirror's new version and how much is in it.
    package static func setMirror(
        _ db: any Database, _ source: Int64, version: Int64, objects: Int64, memberships: Int64
    ) throws {
        try db.execute(
            "UPDATE sources SET mirror_version = ?, mirror_objects = ?, mirror_memberships = ? WHERE id = ?",
            [.int(version), .int(objects), .int(memberships), .int(source)])
    }

    /// What the book is planned from as it stands now.
    package static func setPlanned(
        _ db: any Database, _ source: Int64, mirror: Int64, edition: Int64, rules: String
    ) throws {
        try db.execute(
            "UPDATE sources SET planned_mirror = ?, planned_edition = ?, planned_rules = ? WHERE id = ?",
            [.int(mirror), .int(edition), .text(rules), .int(source)])
    }

    /// Remembers the first good run; later ones change nothing.
    package static func setFirstSynced(_ db: any Database, _ source: Int64, run: String) throws {
        try db.execute(
            "UPDATE sources SET first_synced_run = ? WHERE id = ? AND first_synced_run IS NULL",
            [.text(run), .int(source)])
    }

    /// Begins a FULL: a new generation with nothing seen. Answers its number.
    package static func beginGeneration(_ db: any Database, _ key: SourceKey) throws -> Int64 {
        try Mirror.forgetSeen(db, key)
        return try db.count(
            """
            UPDATE sources SET generation = generation + 1, generation_open = 1, generation_chunks = 0 WHERE id = ?
            RETURNING generation
            """, [.int(key.source)])
    }

    /// Ends it, complete or given up; what was seen is forgotten.
    package static func endGeneration(_ db: any Database, _ key: SourceKey) throws {
        try Mirror.forgetSeen(db, key)
        try db.execute(
            "UPDATE sources SET generation_open = 0, generation_chunks = 0 WHERE id = ?", [.int(key.source)])
    }
}
