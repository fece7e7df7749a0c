internal import CHostSystem
internal import Glibc

/// The thread's work, turn by turn: whoever has sent something is read, answered, and written to. No client can hold up
/// another: each gets one buffer's worth in a turn, what it does not take is kept for it up to a limit, and who leaves
/// half a request lying is closed.
struct ServerTurns {
    private let listeners: [Listener]
    private let current: CurrentBooks
    private let limits: ServerLimits
    private let counts: LookupCounts
    private let waking: Int32
    private let reactor: Reactor
    private var connections: [Connection?] = []
    private var open = 0
    private var answering: RequestAnswering
    private var replies: [UInt8] = []
    private var events: [Reactor.Event] = []
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    private var now = Monotonic.now
    private var swept = Monotonic.now
    private var isAccepting = true

    init?(
        listeners: [Listener], books: CurrentBooks, policy: AnswerPolicy, limits: ServerLimits, counts: LookupCounts,
        waking: Int32
    ) {
        guard let reactor = Reactor() else { return nil }
        self.listeners = listeners
        current = books
        self.limits = limits
        self.counts = counts
        self.waking = waking
        self.reactor = reactor
        answering = RequestAnswering(policy)
        guard reactor.add(waking), listeners.allSatisfy({ reactor.add($0.descriptor) }) else { return nil }
    }

    mutating func turn() {
        events.removeAll(keepingCapacity: true)
        reactor.wait(milliseconds: 1000) { events.append($0) }
        now = Monotonic.now
        let books = current.now
        if answering.tally.mustGo(books) { handOver() }
        answering.books = books
        answering.now = Int64(time(nil))
        var isCalled = false
        for event in events {
            if event.descriptor == waking { continue }
            if let connection = connection(event.descriptor) {
                serve(connection, event)
            } else {
                isCalled = true
            }
        }
        // Behind the others: a new connection may get the number of one that was closed in this turn.
        if isCalled { accept() }
        if now - swept >= 1000 { sweep() }
    }

    mutating func finish() {
        handOver()
        connections = []
        buffer.deallocate()
    }

    // MARK: connections

    private func connection(_ descriptor: Int32) -> Connection? {
        Int(descriptor) < connections.count ? connections[Int(descriptor)] : nil
    }

    private mutating func accept() {
        for listener in listeners {
            // Not more in a turn than may wait: those who are in shall not wait for those who come.
            for _ in 0..<Listener.backlog {
                let descriptor = rollcall_accept(listener.descriptor)
                if descriptor < 0 {
                    if descriptor == -EINTR || descriptor == -ECONNABORTED { continue }
                    // Out of descriptors: room is made, and the next turn tries again.
                    if descriptor == -EMFILE || descriptor == -ENFILE { closeIdlest() }
                    break
                }
                if open >= limits.connections { closeIdlest() }
                begin(descriptor, isTCP: listener.port != 0)
            }
        }
    }

    private mutating func begin(_ descriptor: Int32, isTCP: Bool) {
        if isTCP {
            var on: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        let connection = Connection(descriptor, now: now)
        guard reactor.add(descriptor) else { return }
        while connections.count <= Int(descriptor) { connections.append(nil) }
        connections[Int(descriptor)] = connection
        open += 1
    }

    private mutating func end(_ connection: Connection) {
        guard connections[Int(connection.descriptor)] === connection else { return }
        connections[Int(connection.descriptor)] = nil
        open -= 1
    }

    /// Whoever has been quiet longest will hardly notice: Postfix tries a broken connection once more.
    private mutating func closeIdlest() {
        if let idlest = connections.lazy.compactMap({ $0 }).min(by: { $0.active < $1.active }) { end(idlest) }
    }

    private mutating func sweep() {
        swept = now
        for case let connection? in connections {
            let waits = connection.waitingSince.map { now - $0 > limits.waiting } ?? false
            if waits || now - connection.active > limits.idle { end(connection) }
        }
        handOver()
    }

    private mutating func handOver() { counts.add(answering.tally.take(), connections: open) }

    // MARK: requests

    private mutating func serve(_ connection: Connection, _ event: Reactor.Event) {
        if connection.isBlocked {
            guard event.canWrite else { return }
            let rest = connection.output.withUnsafeBytes {
                connection.send(UnsafeRawBufferPointer(rebasing: $0[connection.sent...]))
            }
            guard let rest else { return end(connection) }
            connection.sent += rest
            guard !connection.isBlocked else { return }
            connection.output = []
            connection.sent = 0
            connection.waitingSince = nil
            connection.active = now
            reactor.watch(connection.descriptor, writing: false)
            // What had come before the other side stopped reading.
            let input = connection.input
            connection.input = []
            input.withUnsafeBytes { work(connection, $0) }
            return
        }
        switch connection.receive(buffer) {
        case .nothing: return
        case .failed: end(connection)
        // The other side has said all that it will (Exim closes its half at once): it has all its replies.
        case .end: end(connection)
        case .bytes(let count):
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            if connection.input.isEmpty {
                work(connection, bytes)
            } else {
                var input = connection.input
                connection.input = []
                input.append(contentsOf: bytes)
                input.withUnsafeBytes { work(connection, $0) }
            }
        }
    }

    /// Answers what is whole, keeps what is not.
    private mutating func work(_ connection: Connection, _ bytes: UnsafeRawBufferPointer) {
        var start = 0
        let isLate = Monotonic.now - now > limits.deadline
        while start < bytes.count {
            replies.removeAll(keepingCapacity: true)
            var hasMore = true
            while hasMore, start < bytes.count, replies.count < 65_536 {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
                switch Socketmap.front(rest) {
                case .request(let range, let end):
                    let request = UnsafeRawBufferPointer(rebasing: rest[range])
                    guard answering.answer(request, isLate: isLate, to: &replies) else {
                        return self.end(connection)
                    }
                    start += end
                case .incomplete: hasMore = false
                case .garbage: return end(connection)
                }
            }
            if !replies.isEmpty {
                connection.active = now
                connection.waitingSince = nil
                guard let sent = replies.withUnsafeBytes({ connection.send($0) }) else { return end(connection) }
                if sent < replies.count {
                    connection.output = Array(replies[sent...])
                    connection.input = Array(bytes[start...])
                    connection.waitingSince = now
                    reactor.watch(connection.descriptor, writing: true)
                    return
                }
            }
            if !hasMore { break }
        }
        if start < bytes.count {
            connection.input = Array(bytes[start...])
            if connection.waitingSince == nil { connection.waitingSince = now }
        }
    }
}
