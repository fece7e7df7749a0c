/// What stands in the files that are exported by themselves, so that every process knows which of them are behind.
enum MigrationExports {
    static let statements = [
        """
        CREATE TABLE exports (
            path TEXT NOT NULL PRIMARY KEY, version TEXT NOT NULL, exported_at INTEGER, tried_at INTEGER NOT NULL,
            failures INTEGER NOT NULL, problem TEXT) STRICT
        """
    ]
}
