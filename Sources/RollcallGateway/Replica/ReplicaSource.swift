package import RollcallCore
package import RollcallStore
internal import Synchronization

/// What a primary gives to replicas, from its store. When directories were last read well changes with every run, though
/// no book does; it is looked up once a minute.
package final class ReplicaSource: Sendable {
    private struct Reads {
        var at: Int64 = 0
        var times: [String: Int64] = [:]
    }

    private let reads = Mutex(Reads())

    package init() {}

    /// Of these domains. The tag changes with the list, and costs no list.
    package func listing(_ db: any Database, _ books: [BookVersion], at now: Timestamp) throws -> (
        tag: String, make: () -> ReplicaListing
    ) {
        let times = try times(db, now)
        let store = try StoreIdentity.text(db)
        let salt = store + books.map { " \(times[$0.name] ?? 0)" }.joined()
        return (
            BookVersions.tag(books, salt),
            {
                ReplicaListing(
                    store: store,
                    books: books.map { .init(domain: $0.name, edition: $0.edition, syncedAt: times[$0.name] ?? 0) })
            }
        )
    }

    package func image(_ db: any Database, _ domain: Domain, at now: Timestamp) throws -> [UInt8] {
        let last = try LastReads.of(db, domain: domain.id)
        let snapshot = try Snapshot.make(db, domain, isSynced: last.isSynced, syncedAt: last.at, at: now)
        return snapshot.withBytes { Array($0) }
    }

    private func times(_ db: any Database, _ now: Timestamp) throws -> [String: Int64] {
        if let known = reads.withLock({ abs(now.seconds - $0.at) < 60 ? $0.times : nil }) { return known }
        let times = try LastReads.all(db)
        reads.withLock { $0 = Reads(at: now.seconds, times: times) }
        return times
    }
}
