/// Which slots have had their run, and which sources fail. A slot's key is its local day and number, whatever the clock
/// did, so that no day gets one twice. A source that works has no row among those that fail.
enum MigrationSchedule {
    static let statements = [
        """
        CREATE TABLE slots (
            source_id INTEGER NOT NULL, day INTEGER NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL,
            run_id TEXT NOT NULL, PRIMARY KEY (source_id, day, number)) WITHOUT ROWID, STRICT
        """,
        """
        CREATE TABLE failing_sources (
            source_id INTEGER NOT NULL PRIMARY KEY, failures INTEGER NOT NULL, since INTEGER NOT NULL,
            run_id TEXT NOT NULL, class TEXT NOT NULL, retry_at INTEGER) STRICT
        """,
    ]
}
