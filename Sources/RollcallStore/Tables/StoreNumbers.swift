/// How much there is of what, over the whole store: for graphs.
package struct StoreNumbers: Sendable {
    package var domains: Int64
    package var entries: [(kind: UInt8, state: UInt8, count: Int64)]
    package var runs: [(kind: String, outcome: String, count: Int64)]
    /// Seconds that all ended runs took, and how many there are.
    package var seconds: Int64
    package var ended: Int64

    package static func domains(_ db: any Database) throws -> Int64 { try db.count("SELECT COUNT(*) FROM domains") }

    /// By book, for those are remembered.
    private static func entries(_ db: any Database) throws -> [(kind: UInt8, state: UInt8, count: Int64)] {
        var counts: [[UInt8]: Int64] = [:]
        for mark in try Editions.all(db) {
            for count in try Book.counts(db, domain: mark.domain) {
                counts[[count.kind, count.state], default: 0] += count.entries
            }
        }
        return counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { (kind: $0.key[0], state: $0.key[1], count: $0.value) }
    }

    package static func read(_ db: any Database) throws -> StoreNumbers {
        StoreNumbers(
            domains: try domains(db),
            entries: try entries(db),
            runs: try db.all("SELECT kind, outcome, COUNT(*) FROM runs GROUP BY kind, outcome ORDER BY kind, outcome") {
                (kind: $0.text(0), outcome: $0.text(1), count: $0.int(2))
            },
            seconds: try db.count(
                "SELECT COALESCE(SUM(finished_at - started_at), 0) FROM runs WHERE finished_at IS NOT NULL"),
            ended: try db.count("SELECT COUNT(*) FROM runs WHERE finished_at IS NOT NULL"))
    }
}
