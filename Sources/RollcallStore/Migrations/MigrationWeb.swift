/// People who sign in, what they signed in with, tokens of programs, who is to wait before the next try, and who did what.
enum MigrationWeb {
    static let statements = [
        """
        CREATE TABLE administrators (
            id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL, customer_id INTEGER,
            password TEXT NOT NULL, one_time INTEGER NOT NULL, created_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL) STRICT
        """,
        """
        CREATE TABLE sessions (
            hash BLOB NOT NULL PRIMARY KEY, administrator_id INTEGER NOT NULL, created_at INTEGER NOT NULL,
            seen_at INTEGER NOT NULL, agent TEXT NOT NULL) STRICT
        """,
        "CREATE INDEX sessions_by_administrator ON sessions (administrator_id)",
        """
        CREATE TABLE tokens (
            id TEXT NOT NULL PRIMARY KEY, hash BLOB NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL,
            scope TEXT NOT NULL, customer_id INTEGER, created_by TEXT NOT NULL, created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL, used_at INTEGER) STRICT
        """,
        """
        CREATE TABLE throttles (
            key TEXT NOT NULL PRIMARY KEY, count INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL) STRICT
        """,
        """
        CREATE TABLE audit (
            sequence INTEGER NOT NULL PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, origin TEXT NOT NULL,
            what TEXT NOT NULL, target TEXT NOT NULL, answer INTEGER NOT NULL) STRICT
        """,
    ]
}
