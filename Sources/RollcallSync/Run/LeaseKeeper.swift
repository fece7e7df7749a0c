internal import Foundation
internal import RollcallCore
internal import RollcallStore
internal import Synchronization

/// Holds the lease on a source for as long as a run lasts: takes it, gives signs of life, lets go.
final class LeaseKeeper: Sendable {
    private struct State {
        var isOver = false
    }

    let token: String
    private let environment: SyncEnvironment
    private let source: Int64
    private let control: RunControl?
    private let state = Mutex(State())

    /// Takes the lease, waiting up to `patience` seconds for another run to end.
    init(
        _ environment: SyncEnvironment, _ context: SourceContext, what: String, patience: Int,
        control: RunControl? = nil
    ) throws {
        self.environment = environment
        self.control = control
        source = context.source.id
        let deadline = environment.now().seconds + Int64(patience)
        while true {
            let answer = try environment.store.write { db in
                try Leases.take(db, source: context.source.id, what: what, at: environment.now())
            }
            switch answer {
            case .taken(let token):
                self.token = token
                start()
                return
            case .busy(let lease):
                guard environment.now().seconds < deadline else {
                    throw SyncFailure(
                        .busy, "Another run is at work on \(context.name): \(lease.what), since \(lease.takenAt).",
                        hint: "Wait for it with --wait SECONDS, or stop it with `rollcall sync cancel RUN`.")
                }
                Thread.sleep(forTimeInterval: 0.2)
            }
        }
    }

    /// Fails where the lease has passed to another: to be asked inside each transaction that writes the book.
    func confirm(_ db: any Database) throws {
        guard try Leases.holds(db, source: source, token: token) else {
            throw SyncFailure(.busy, "The lease on this source has passed to another process; nothing was applied.")
        }
    }

    func release() {
        state.withLock { $0.isOver = true }
        // A lease that cannot be released ends with this process, or after a minute.
        try? environment.store.write { try Leases.release($0, source: source, token: token) }
    }

    /// Signs of life come from a thread of their own, and a wish to cancel comes to it: the run's thread may be waiting
    /// for a slow directory. A store that does not answer now is asked again at the next beat.
    private func start() {
        let thread = Thread { [self] in
            var beats = 0
            while !state.withLock({ $0.isOver }) {
                Thread.sleep(forTimeInterval: 0.5)
                beats += 1
                guard !state.withLock({ $0.isOver }) else { return }
                if let control, !control.isCancelled {
                    let request = try? environment.store.read {
                        try Leases.cancelRequest($0, source: source, token: token)
                    }
                    if request != nil { control.cancel() }
                }
                guard beats % 40 == 0 else { continue }
                try? environment.store.write { db in
                    _ = try Leases.renew(db, source: source, token: token, at: environment.now())
                }
            }
        }
        thread.stackSize = 512 << 10
        thread.start()
    }
}
