/// What people are to be told, and until when the credentials of a source live.
enum MigrationReports {
    static let statements = [
        // A row is a message: an event by a channel. The pair is unique, so an event is told once whatever happens.
        """
        CREATE TABLE reports (
            id INTEGER NOT NULL PRIMARY KEY, event TEXT NOT NULL, channel TEXT NOT NULL, source_id INTEGER NOT NULL,
            topic TEXT NOT NULL, recipients TEXT NOT NULL, content BLOB NOT NULL, created_at INTEGER NOT NULL,
            state TEXT NOT NULL, next_at INTEGER NOT NULL, tries INTEGER NOT NULL, claimed_until INTEGER NOT NULL,
            flaw TEXT, UNIQUE (event, channel)) STRICT
        """,
        "CREATE INDEX reports_queued ON reports (channel, next_at) WHERE state = 'queued'",
        "CREATE INDEX reports_by_source ON reports (source_id, id)",
        """
        CREATE TABLE trust_ends (
            source_id INTEGER NOT NULL, what TEXT NOT NULL, ends_at INTEGER NOT NULL, learned_at INTEGER NOT NULL,
            PRIMARY KEY (source_id, what)) STRICT
        """,
    ]
}
