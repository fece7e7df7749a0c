/// The audit trail becomes one that cannot be changed unseen: what was there before and after, a chain of digests, and
/// triggers that refuse to alter or delete. And sources that are gone, whose history and mirror stay for a while.
enum MigrationAudit {
    static let statements = [
        "ALTER TABLE audit ADD COLUMN before TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE audit ADD COLUMN after TEXT NOT NULL DEFAULT ''",
        // Rows of the time before the chain have none.
        "ALTER TABLE audit ADD COLUMN digest BLOB NOT NULL DEFAULT x''",
        """
        CREATE TRIGGER audit_is_final BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END
        """,
        // The one way out: `Audit.prune` puts the mark up and takes it down within its transaction.
        """
        CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
        WHEN NOT EXISTS (SELECT 1 FROM meta WHERE name = 'audit.pruning')
        BEGIN SELECT RAISE(ABORT, 'the audit trail is never deleted'); END
        """,
        """
        CREATE TABLE removed_sources (
            source_id INTEGER NOT NULL PRIMARY KEY, domain_id INTEGER NOT NULL, removed_at INTEGER NOT NULL) STRICT
        """,
    ]
}
