internal import CHostSystem
internal import Glibc

/// The lookup service's front: socketmap over TCP and Unix sockets, all connections on one thread. An answer is a look
/// into memory, so one thread is enough for any gateway, and there is nothing to wait for.
package final class SocketmapServer: Sendable {
    private let listeners: [Listener]
    private let books: CurrentBooks
    private let policy: AnswerPolicy
    private let limits: ServerLimits
    private let counts: LookupCounts
    private let waking: Int32
    private let thread = StoppableThread("lookups")

    /// Listens from here on; answers from `start` on.
    package init(
        _ places: [ListenPlace], books: CurrentBooks, policy: AnswerPolicy = AnswerPolicy(),
        limits: ServerLimits = ServerLimits(), counts: LookupCounts = LookupCounts()
    ) throws(SocketFailure) {
        var listeners: [Listener] = []
        for place in places { listeners.append(try Listener(place)) }
        self.listeners = listeners
        self.books = books
        self.policy = policy
        self.limits = limits
        self.counts = counts
        waking = rollcall_eventfd()
    }

    deinit {
        stop()
        close(waking)
    }

    /// Where it listens; the system's choice where the port was 0.
    package var places: [ListenPlace] {
        listeners.map { listener in
            if case .tcp(let host, _) = listener.place { return .tcp(host: host, port: listener.port) }
            return listener.place
        }
    }

    package func start() throws(SocketFailure) {
        guard
            let turns = ServerTurns(
                listeners: listeners, books: books, policy: policy, limits: limits, counts: counts, waking: waking)
        else { throw SocketFailure(listeners.first?.place ?? .unix(path: ""), "wait for requests", errno) }
        let loop = Loop(turns)
        thread.start { loop.run(until: $0) }
    }

    /// Unchecked: made on one thread, then used on another alone.
    private final class Loop: @unchecked Sendable {
        private var turns: ServerTurns

        init(_ turns: ServerTurns) { self.turns = turns }

        func run(until isStopped: StopFlag) {
            while !isStopped.isSet { turns.turn() }
            turns.finish()
        }
    }

    /// Closes what is open, when the turn that is under way has ended.
    package func stop() {
        thread.stop {
            var one: UInt64 = 1
            _ = write(waking, &one, 8)
        }
    }
}
