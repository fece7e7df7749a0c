/// Objects lie in the order in which they came, each source's together, and are found by id through an index. Ids are
/// random: lying by them, each batch of a first read would go over all of the mirror's pages again.
///
/// A place is the source's number in the upper 32 bits and a running number in the lower.
enum MigrationMirror {
    static let statements = [
        "ALTER TABLE objects RENAME TO objects_before",
        """
        CREATE TABLE objects (
            place INTEGER NOT NULL PRIMARY KEY, domain_id INTEGER NOT NULL, source_id INTEGER NOT NULL, id BLOB NOT NULL,
            kind INTEGER NOT NULL, digest BLOB NOT NULL, first_seen INTEGER NOT NULL, data BLOB NOT NULL) STRICT
        """,
        """
        INSERT INTO objects (place, domain_id, source_id, id, kind, digest, first_seen, data)
        SELECT (source_id << 32) + ROW_NUMBER() OVER (PARTITION BY domain_id, source_id ORDER BY id),
            domain_id, source_id, id, kind, digest, first_seen, data FROM objects_before
        """,
        "CREATE UNIQUE INDEX objects_by_id ON objects (domain_id, source_id, id)",
        "DROP TABLE objects_before",
    ]
}
