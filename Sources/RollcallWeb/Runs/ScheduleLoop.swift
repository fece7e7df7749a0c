internal import Foundation
package import Logging
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync
internal import Synchronization

/// Starts what is due, and ends what grace has run out for, as long as the program serves. What is due is found out from
/// the store each time, so a restart, a changed setting or a clock that was set make no difference; that a slot is
/// served once is the store's doing. Runs that a dead process left behind are closed first.
package final class ScheduleLoop: Sendable {
    private let site: Site
    private let logger: Logger
    private let most: Mutex<Int>
    private let isStopped = Mutex(false)
    private let refusals = Mutex(Refusals())
    /// Told once a second, from the thread that does the work: the service manager's watchdog hangs on it.
    private let beat: @Sendable () -> Void

    private static let seconds = 15

    package init(_ site: Site, concurrency: Int, logger: Logger, beat: @escaping @Sendable () -> Void = {}) {
        self.site = site
        self.beat = beat
        self.logger = logger
        most = Mutex(concurrency)
    }

    package func start() {
        let thread = Thread { [self] in work() }
        thread.name = "schedule"
        thread.stackSize = 2 << 20
        thread.start()
    }

    package func stop() { isStopped.withLock { $0 = true } }

    package func setConcurrency(_ count: Int) { most.withLock { $0 = count } }

    private func work() {
        var passed = Self.seconds
        while !isStopped.withLock({ $0 }) {
            if passed >= Self.seconds {
                passed = 0
                round()
            }
            beat()
            // By the monotonic clock: the other one may be set meanwhile.
            Thread.sleep(forTimeInterval: 1)
            passed += 1
        }
    }

    /// One look at everything. An error of the store is said and tried again: the loop must outlive a full disk.
    package func round() {
        let environment = site.environment.service.environment
        do {
            let now = environment.now()
            let quarantined = environment.quarantinedConnectors()
            let (ended, hasBroken) = try environment.store.read { db in
                (
                    try Domains.list(db).map(\.id).filter {
                        try GraceExpiry.isDue(
                            db, domain: $0, now: now, sparing: UnhealthyOwners(db, quarantined: quarantined))
                    },
                    try !Runs.interrupted(db, at: now).isEmpty
                )
            }
            // The store is written only when there is something to write.
            if hasBroken { try environment.store.write { try InterruptedRuns.close($0, at: now) } }
            for domain in ended {
                try environment.store.write {
                    try GraceExpiry.run(
                        $0, domain: domain, now: now, sparing: UnhealthyOwners($0, quarantined: quarantined))
                }
            }
            try forget(now)
            for due in try site.environment.service.due() {
                guard !isStopped.withLock({ $0 }), site.live.count < most.withLock({ $0 }) else { return }
                begin(due)
            }
        } catch {
            logger.error("the schedule could not be looked at", metadata: ["error": "\(error)"])
        }
    }

    /// A few steps a round: what has piled up goes in time, and nobody waits for it.
    private func forget(_ now: Timestamp) throws {
        let store = site.environment.service.environment.store
        for _ in 0..<20 where !isStopped.withLock({ $0 }) {
            guard try store.forget(site.environment.retention, at: now) else { return }
        }
    }

    private func begin(_ due: DueSource) {
        let name = due.name.description
        guard refusals.withLock({ $0.mayTry(name) }) else { return }
        do {
            let run = try site.live.start(due.name, kind: .sync, isFull: false, by: "schedule", slot: due.slot)
            refusals.withLock { $0.forget(name) }
            logger.info("run started", metadata: ["source": "\(name)", "run": "\(run.id)"])
        } catch {
            // Busy: somebody syncs it by hand just now. Anything else is in the history, or comes again later.
            let failure = site.environment.failure(error)
            guard refusals.withLock({ $0.isNew(name, failure.message) }) else { return }
            logger.notice("run not started", metadata: ["source": "\(name)", "why": "\(failure.message)"])
        }
    }
}

/// Sources whose run could not even begin (a connector that is away, keys that are missing): tried again ever more
/// seldom, and told of once a reason.
private struct Refusals {
    private struct One {
        var why: String
        var count: Int
        var next: ContinuousClock.Instant
    }

    private var all: [String: One] = [:]

    func mayTry(_ name: String) -> Bool { all[name].map { $0.next <= .now } ?? true }

    mutating func forget(_ name: String) { all[name] = nil }

    /// Notes it; answers whether it is worth telling.
    mutating func isNew(_ name: String, _ why: String) -> Bool {
        let before = all[name]
        let count = (before?.count ?? 0) + 1
        let delay = BackOff.delay(after: .failed, failures: count) ?? BackOff.longest
        all[name] = One(why: why, count: count, next: .now + .seconds(delay))
        return before?.why != why
    }
}
