/// What gateways were asked: hits an address, packed for the last thirty days, and how many recipients a day enforcement
/// would have refused. And whether a domain wants its lists expanded at the gateway.
enum MigrationGateway {
    static let statements = [
        "ALTER TABLE domains ADD COLUMN expand_lists INTEGER NOT NULL DEFAULT 0",
        """
        CREATE TABLE lookups (
            domain_id INTEGER NOT NULL, local BLOB NOT NULL, day INTEGER NOT NULL, counts BLOB NOT NULL,
            PRIMARY KEY (domain_id, local)) WITHOUT ROWID, STRICT
        """,
        """
        CREATE TABLE refusals (
            domain_id INTEGER NOT NULL, day INTEGER NOT NULL, count INTEGER NOT NULL,
            PRIMARY KEY (domain_id, day)) WITHOUT ROWID, STRICT
        """,
    ]
}
