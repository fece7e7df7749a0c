/// The first schema. Numbers that name things are given out by `counters` and never come again. Big tables carry the
/// domain first in their key, ready to be distributed by it, and lie in the order of their keys.
enum Migration1 {
    static let statements = [
        """
        CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) STRICT
        """,
        """
        CREATE TABLE counters (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) STRICT
        """,
        """
        CREATE TABLE customers (
            id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL) STRICT
        """,
        """
        CREATE TABLE domains (
            id INTEGER NOT NULL PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), server_type TEXT NOT NULL,
            enforce INTEGER NOT NULL, subaddress TEXT NOT NULL, catchall TEXT, edition INTEGER NOT NULL,
            created_at INTEGER NOT NULL) STRICT
        """,
        // Names and aliases together, so that no name can stand twice.
        """
        CREATE TABLE domain_names (
            name TEXT NOT NULL PRIMARY KEY, domain_id INTEGER NOT NULL REFERENCES domains (id),
            is_alias INTEGER NOT NULL) STRICT
        """,
        "CREATE INDEX domain_names_by_domain ON domain_names (domain_id)",
        """
        CREATE TABLE inbound_servers (
            domain_id INTEGER NOT NULL REFERENCES domains (id), position INTEGER NOT NULL, host TEXT NOT NULL,
            port INTEGER NOT NULL, preference INTEGER NOT NULL, PRIMARY KEY (domain_id, position)) STRICT
        """,
        """
        CREATE TABLE sources (
            id INTEGER NOT NULL PRIMARY KEY, domain_id INTEGER NOT NULL REFERENCES domains (id), type TEXT NOT NULL,
            enabled INTEGER NOT NULL, created_at INTEGER NOT NULL, state BLOB, state_connector TEXT NOT NULL,
            state_settings TEXT NOT NULL, mirror_version INTEGER NOT NULL, mirror_objects INTEGER NOT NULL,
            mirror_memberships INTEGER NOT NULL, first_synced_run TEXT, planned_mirror INTEGER NOT NULL,
            planned_edition INTEGER NOT NULL, planned_rules TEXT NOT NULL, generation INTEGER NOT NULL,
            generation_open INTEGER NOT NULL, generation_chunks INTEGER NOT NULL, UNIQUE (domain_id, type)) STRICT
        """,
        """
        CREATE TABLE source_settings (
            source_id INTEGER NOT NULL REFERENCES sources (id), host INTEGER NOT NULL, name TEXT NOT NULL,
            value TEXT NOT NULL, PRIMARY KEY (source_id, host, name)) STRICT
        """,
        """
        CREATE TABLE secrets (
            owner_kind TEXT NOT NULL, owner_id INTEGER NOT NULL, field TEXT NOT NULL, changed_at INTEGER NOT NULL,
            sealed BLOB NOT NULL, PRIMARY KEY (owner_kind, owner_id, field)) STRICT
        """,
        """
        CREATE TABLE runs (
            id TEXT NOT NULL PRIMARY KEY, sequence INTEGER NOT NULL, domain_id INTEGER NOT NULL,
            source_id INTEGER NOT NULL, kind TEXT NOT NULL, outcome TEXT NOT NULL, started_at INTEGER NOT NULL,
            finished_at INTEGER, plan_digest BLOB, plan_mirror INTEGER NOT NULL, plan_edition INTEGER NOT NULL,
            approved_by TEXT, approved_at INTEGER, undo_of TEXT, undone_by TEXT, pid INTEGER NOT NULL,
            pid_start INTEGER NOT NULL, boot TEXT NOT NULL, host TEXT NOT NULL, summary BLOB NOT NULL) STRICT
        """,
        "CREATE UNIQUE INDEX runs_by_sequence ON runs (sequence)",
        "CREATE INDEX runs_by_domain ON runs (domain_id, id)",
        "CREATE INDEX runs_by_source ON runs (source_id, id)",
        "CREATE INDEX runs_open ON runs (outcome, source_id) WHERE outcome IN ('running', 'held')",
        """
        CREATE TABLE run_changes (
            run_id TEXT NOT NULL, chunk INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (run_id, chunk)) STRICT
        """,
        """
        CREATE TABLE objects (
            domain_id INTEGER NOT NULL, source_id INTEGER NOT NULL, id BLOB NOT NULL, kind INTEGER NOT NULL,
            digest BLOB NOT NULL, first_seen INTEGER NOT NULL, data BLOB NOT NULL,
            PRIMARY KEY (domain_id, source_id, id)) WITHOUT ROWID, STRICT
        """,
        """
        CREATE TABLE edges (
            domain_id INTEGER NOT NULL, source_id INTEGER NOT NULL, group_id BLOB NOT NULL, member_id BLOB NOT NULL,
            mail BLOB NOT NULL, PRIMARY KEY (domain_id, source_id, group_id, member_id)) WITHOUT ROWID, STRICT
        """,
        """
        CREATE TABLE seen (
            domain_id INTEGER NOT NULL, source_id INTEGER NOT NULL, generation INTEGER NOT NULL,
            chunk INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (domain_id, source_id, generation, chunk)) STRICT
        """,
        """
        CREATE TABLE entries (
            domain_id INTEGER NOT NULL, key BLOB NOT NULL, owner INTEGER NOT NULL, object_id BLOB NOT NULL,
            kind INTEGER NOT NULL, state INTEGER NOT NULL, until INTEGER, content BLOB NOT NULL, grace BLOB NOT NULL,
            since BLOB NOT NULL, PRIMARY KEY (domain_id, key)) WITHOUT ROWID, STRICT
        """,
        "CREATE INDEX entries_by_end ON entries (domain_id, until) WHERE until IS NOT NULL",
        """
        CREATE TABLE leases (
            source_id INTEGER NOT NULL PRIMARY KEY, token TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL,
            pid_start INTEGER NOT NULL, boot TEXT NOT NULL, taken_at INTEGER NOT NULL, heartbeat INTEGER NOT NULL,
            what TEXT NOT NULL, cancelled_by TEXT) STRICT
        """,
        """
        CREATE TABLE posted_lists (
            domain_id INTEGER NOT NULL PRIMARY KEY REFERENCES domains (id), changed_at INTEGER NOT NULL,
            data BLOB NOT NULL) STRICT
        """,
        """
        CREATE TABLE connectors (
            id TEXT NOT NULL PRIMARY KEY, pinned TEXT, quarantined TEXT, reason TEXT, crashes INTEGER NOT NULL) STRICT
        """,
    ]
}
