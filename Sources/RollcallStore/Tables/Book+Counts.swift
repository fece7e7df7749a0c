internal import Synchronization

/// How many entries a book has. Counting a hundred thousand takes some hundredths of a second and every page that lists
/// them says how many there are, so the answer is remembered for as long as the book is of the same edition.
extension Book {
    package struct Count: Equatable, Sendable {
        package var owner: Int64
        package var kind: UInt8
        package var state: UInt8
        package var entries: Int64
    }

    /// How many entries of each kind and state each owner has.
    package static func counts(_ db: any Database, domain: Int64) throws -> [Count] {
        // What a write has made may come to nothing, and its edition's number be another's.
        guard let memory = db.bookCounts else { return try count(db, domain) }
        let edition = try Editions.current(db, domain: domain)
        if let known = memory.counts(domain, edition) { return known }
        let counts = try count(db, domain)
        memory.remember(domain, edition, counts)
        return counts
    }

    private static func count(_ db: any Database, _ domain: Int64) throws -> [Count] {
        try db.all(
            """
            SELECT owner, kind, state, COUNT(*) FROM entries WHERE domain_id = ?
            GROUP BY owner, kind, state ORDER BY owner, kind, state
            """, [.int(domain)]
        ) {
            Count(
                owner: $0.int(0), kind: UInt8(truncatingIfNeeded: $0.int(1)),
                state: UInt8(truncatingIfNeeded: $0.int(2)), entries: $0.int(3))
        }
    }
}

/// Shared by all connections to a store.
package final class BookCountMemory: Sendable {
    private let known = Mutex<[Int64: (edition: Int64, counts: [Book.Count])]>([:])

    init() {}

    func counts(_ domain: Int64, _ edition: Int64) -> [Book.Count]? {
        known.withLock { known in known[domain].flatMap { $0.edition == edition ? $0.counts : nil } }
    }

    func remember(_ domain: Int64, _ edition: Int64, _ counts: [Book.Count]) {
        known.withLock { $0[domain] = (edition, counts) }
    }
}
