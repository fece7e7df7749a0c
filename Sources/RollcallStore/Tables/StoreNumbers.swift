/// How much there is of what, over the whole store: for graphs.
package struct StoreNumbers: Sendable {
    package var domains: Int64
    package var entries: [(kind: UInt8, state: UInt8, count: Int64)]
    package var runs: [(kind: String, outcome: String, count: Int64)]
    /// Seconds that all ended runs took, and how many there are.
    package var seconds: Int64
    package var ended: Int64

    package static func domains(_ db: any Database) throws -> Int64 { try db.count("SELECT COUNT(*) FROM domains") }

    package static func read(_ db: any Database) throws -> StoreNumbers {
        StoreNumbers(
            domains: try domains(db),
            entries: try db.all("SELECT kind, state, COUNT(*) FROM entries GROUP BY kind, state ORDER BY kind, state") {
                (
                    kind: UInt8(truncatingIfNeeded: $0.int(0)), state: UInt8(truncatingIfNeeded: $0.int(1)),
                    count: $0.int(2)
                )
            },
            runs: try db.all("SELECT kind, outcome, COUNT(*) FROM runs GROUP BY kind, outcome ORDER BY kind, outcome") {
                (kind: $0.text(0), outcome: $0.text(1), count: $0.int(2))
            },
            seconds: try db.count(
                "SELECT COALESCE(SUM(finished_at - started_at), 0) FROM runs WHERE finished_at IS NOT NULL"),
            ended: try db.count("SELECT COUNT(*) FROM runs WHERE finished_at IS NOT NULL"))
    }
}
