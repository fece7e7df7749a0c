internal import RollcallCore

/// A group's memberships lie in one row: a membership a row cost a first read a fifth of its time.
enum MigrationMembers {
    static let statements = [
        "DROP INDEX edges_by_mail",
        "ALTER TABLE edges RENAME TO edges_before",
        """
        CREATE TABLE edges (
            domain_id INTEGER NOT NULL, source_id INTEGER NOT NULL, group_id BLOB NOT NULL, count INTEGER NOT NULL,
            mails INTEGER NOT NULL, members BLOB NOT NULL, PRIMARY KEY (domain_id, source_id, group_id)) WITHOUT ROWID,
            STRICT
        """,
        // Few groups name a member by address; they are looked through with every delta.
        "CREATE INDEX edges_by_mail ON edges (domain_id, source_id) WHERE mails > 0",
    ]

    static func move(_ db: any Database) throws {
        let sources = try db.all("SELECT DISTINCT domain_id, source_id FROM edges_before") {
            SourceKey(domain: $0.int(0), source: $0.int(1))
        }
        for source in sources {
            let writer = try MembershipWriter(db, source)
            try db.query(
                """
                SELECT group_id, member_id, mail FROM edges_before WHERE domain_id = ? AND source_id = ?
                ORDER BY group_id, member_id
                """, Mirror.binds(source)
            ) { try writer.put($0.bytes(1), mail: $0.bytes(2), in: $0.bytes(0)) }
            try writer.end()
        }
        try db.execute("DROP TABLE edges_before")
    }
}
