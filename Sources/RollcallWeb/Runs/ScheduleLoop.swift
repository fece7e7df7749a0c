internal import Foundation
package import Logging
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync
internal import Synchronization

/// Starts what is due, and ends what grace has run out for, as long as the program serves. What is due is found out from
/// the store each time, so a restart, a changed setting or a clock that was set make no difference; that a source is not
/// synced twice is its lease's doing. Runs that a dead process left behind are closed first.
package final class ScheduleLoop: Sendable {
    private let site: Site
    private let most: Int
    private let logger: Logger
    private let isStopped = Mutex(false)

    private static let seconds = 15

    package init(_ site: Site, concurrency: Int, logger: Logger) {
        self.site = site
        most = concurrency
        self.logger = logger
    }

    package func start() {
        let thread = Thread { [self] in work() }
        thread.name = "schedule"
        thread.stackSize = 2 << 20
        thread.start()
    }

    package func stop() { isStopped.withLock { $0 = true } }

    private func work() {
        var passed = Self.seconds
        while !isStopped.withLock({ $0 }) {
            if passed >= Self.seconds {
                passed = 0
                round()
            }
            Thread.sleep(forTimeInterval: 1)
            passed += 1
        }
    }

    /// One look at everything. An error of the store is said and tried again: the loop must outlive a full disk.
    package func round() {
        let environment = site.environment.service.environment
        do {
            let now = environment.now()
            let (ended, hasBroken) = try environment.store.read { db in
                (
                    try Domains.list(db).map(\.id).filter {
                        try Book.nextEnd(db, domain: $0).map { $0 <= now.seconds } ?? false
                    },
                    try !Runs.interrupted(db, at: now).isEmpty
                )
            }
            // The store is written only when there is something to write.
            if hasBroken { try environment.store.write { _ = try Runs.closeInterrupted($0, at: now) } }
            for domain in ended { try environment.store.write { try GraceExpiry.run($0, domain: domain, now: now) } }
            for name in try site.environment.service.due() {
                guard !isStopped.withLock({ $0 }), site.live.count < most else { return }
                begin(name)
            }
        } catch {
            logger.error("the schedule could not be looked at", metadata: ["error": "\(error)"])
        }
    }

    private func begin(_ name: SourceName) {
        do {
            let run = try site.live.start(name, kind: .sync, isFull: false, by: "schedule")
            logger.info("run started", metadata: ["source": "\(name)", "run": "\(run.id)"])
        } catch {
            // Busy: somebody syncs it by hand just now. Anything else is in the history, or comes again next time.
            let failure = site.environment.failure(error)
            logger.notice("run not started", metadata: ["source": "\(name)", "why": "\(failure.message)"])
        }
    }
}
