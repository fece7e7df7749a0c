/// What has changed in a mirror since the book was last planned from it, so that a delta plans only what it touches. An
/// empty id stands for everything: what stores of earlier releases hold of their sources is not known that well.
enum MigrationTouched {
    static let statements = [
        """
        CREATE TABLE touched (
            domain_id INTEGER NOT NULL, source_id INTEGER NOT NULL, id BLOB NOT NULL, why INTEGER NOT NULL,
            kind INTEGER, data BLOB, PRIMARY KEY (domain_id, source_id, id)) WITHOUT ROWID, STRICT
        """,
        """
        INSERT INTO touched (domain_id, source_id, id, why) SELECT domain_id, id, x'', 1 FROM sources
        """,
        // Few memberships name their member by address; they are looked through with every delta.
        "CREATE INDEX edges_by_mail ON edges (domain_id, source_id, mail) WHERE mail <> x''",
    ]
}
