internal import Foundation
package import Logging
internal import RollcallCore
internal import RollcallStore
internal import Synchronization

/// Tells people as long as the program serves: a thread a channel, so that a webhook that hangs holds no mail up, one that
/// looks at the trust clock, one that asks connectors about it, and one that keeps the queue short.
package final class NotifyLoop: Sendable {
    private let notifier: Notifier
    private let logger: Logger
    private let isStopped = Mutex(false)
    private let atWork = Mutex(0)

    package init(_ notifier: Notifier, logger: Logger) {
        self.notifier = notifier
        self.logger = logger
    }

    package func start() {
        for channel in QueuedReport.Channel.allCases {
            begin("\(channel.rawValue)", every: 2) { [self] in
                let round = try notifier.round(channel)
                if round.sent > 0 {
                    logger.info("reports sent", metadata: ["by": "\(channel.rawValue)", "count": "\(round.sent)"])
                }
                for flaw in round.flaws {
                    logger.warning(
                        "a report could not be sent", metadata: ["by": "\(channel.rawValue)", "why": "\(flaw)"])
                }
            }
        }
        begin("trust", every: 60) { [self] in try notifier.service.watchTrust() }
        begin("credentials", every: 60) { [self] in try notifier.service.askTrust() }
        begin("queue", every: 3600) { [self] in try notifier.forgetOld() }
    }

    /// Begins nothing more, and waits a little for what is being sent: a message that was taken and not noted as sent
    /// would be sent again by the next one to serve.
    package func stop() {
        isStopped.withLock { $0 = true }
        for _ in 0..<30 where atWork.withLock({ $0 }) > 0 { Thread.sleep(forTimeInterval: 0.1) }
    }

    package func use(_ settings: Notifier.Settings) { notifier.use(settings) }

    private func begin(_ name: String, every seconds: Int, _ round: @escaping @Sendable () throws -> Void) {
        let thread = Thread { [self] in
            var passed = seconds
            while !isStopped.withLock({ $0 }) {
                if passed >= seconds {
                    passed = 0
                    atWork.withLock { $0 += 1 }
                    defer { atWork.withLock { $0 -= 1 } }
                    // An error of the store is said and tried again, not at once: the loop must outlive a full disk.
                    do { try round() } catch {
                        passed = -30
                        logger.error("a look at \(name) failed", metadata: ["error": "\(error)"])
                    }
                }
                Thread.sleep(forTimeInterval: 1)
                passed += 1
            }
        }
        thread.name = name
        thread.stackSize = 2 << 20
        thread.start()
    }
}
