internal import Glibc
package import Logging
internal import RollcallCore
package import RollcallStore
internal import Synchronization

/// Brings what was counted to the store, a batch every few seconds, on a thread of its own. A store that is away costs
/// counts, never an answer.
package final class HitWriter: Sendable {
    private let location: StoreLocation
    private let counts: LookupCounts
    private let logger: Logger
    private let thread = StoppableThread("hits")
    private let prunedOn = Mutex<Int64>(0)
    private let hasFailed = Mutex(false)

    private static let seconds = 10

    package init(_ location: StoreLocation, counts: LookupCounts, logger: Logger) {
        self.location = location
        self.counts = counts
        self.logger = logger
    }

    package func start() {
        thread.start { [weak self] isStopped in
            var passed = 0
            while !isStopped.isSet {
                usleep(250_000)
                passed += 1
                guard let self, passed >= Self.seconds * 4 || self.counts.waiting > 20_000 else { continue }
                passed = 0
                self.write()
            }
        }
    }

    /// Writes what waits, and ends.
    package func stop() {
        thread.stop()
        write()
    }

    /// One batch, one transaction.
    package func write() {
        let all = counts.take()
        guard !all.isEmpty else { return }
        let day = Lookups.day(Timestamp(seconds: Int64(time(nil))))
        do {
            let store = try Store.open(location, create: false, busySeconds: 2)
            try store.write { db in
                for (name, domain) in all {
                    guard let found = try Domains.find(db, name: name) else { continue }
                    try Lookups.add(db, domain: found.id, domain.hits, on: day)
                    if domain.refused > 0 {
                        try Lookups.addRefused(db, domain: found.id, domain.refused, on: day)
                    }
                }
                if prunedOn.withLock({ $0 != day }) { try Lookups.prune(db, on: day) }
            }
            prunedOn.withLock { $0 = day }
            hasFailed.withLock { $0 = false }
        } catch {
            // Once, not every few seconds.
            let isNew = hasFailed.withLock { failed in
                defer { failed = true }
                return !failed
            }
            if isNew { logger.warning("counts of lookups are lost: \(error)") }
        }
    }
}
