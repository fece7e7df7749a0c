internal import RollcallCore
internal import Glibc
internal import Synchronization

/// The loop that serves a worker while a call runs: its frames, its output, its time, its memory, its end. One thread
/// does all of it, so time that the host spends in an observer is never held against the connector.
extension Worker {
    enum Goal { case ready, done, exit }

    /// What has come in for the present call.
    struct Reply {
        var status = ConnectorStatus.failed
        var answers: [(name: String, value: String)] = []
        var problems: [Problem] = []
        var answerBytes = 0
    }

    private static let millisecond: UInt64 = 1_000_000
    private static let lookEvery: UInt64 = 50

    func pump(
        _ goal: Goal, limit: UInt64, says method: String, isSync: Bool = false, observer: (any WorkerObserver)?
    ) throws(ConnectorFailure) -> Reply {
        if let observer {
            for (level, line) in early { observer.log(level: level, line: line) }
            early = []
        }
        var call = PumpedCall(goal: goal, isSync: isSync, limit: limit * Self.millisecond, observer: observer)
        call.deadline = System.now() + call.limit
        // The last read may have brought more than its call was waiting for.
        if try takeFrames(&call) { return try answer(call, method, limit) }
        while true {
            var now = System.now()
            if isCancelled.load(ordering: .sequentiallyConsistent), call.ending == nil, goal == .done {
                _ = outbox.add(FrameWriter(.cancel).finished())
                call.ending = .asked
                call.deadline = now + limits.grace * Self.millisecond
            }
            outbox.flush(to: child.socket)
            let ready = wait(until: call.deadline, now: now)
            now = System.now()
            try look(now)
            if ready.output { readOutput(observer, now) }
            if ready.socket, try readFrames(&call) { return try answer(call, method, limit) }
            if ready.exited {
                if try drain(&call) { return try answer(call, method, limit) }
                let exit = child.reap()
                readOutput(observer, System.now())
                if goal == .exit, exit.code == 0, exit.signal == nil { return call.reply }
                throw end(with: death(exit, call))
            }
            // Only now: what had come while the host was busy elsewhere has been read.
            now = System.now()
            if now >= call.deadline {
                if socketIsDone {
                    throw end(with: failure(.failed, "The connector \(connector.name) cut itself off from Rollcall."))
                } else if call.ending == nil, goal == .done {
                    _ = outbox.add(FrameWriter(.cancel).finished())
                    call.ending = .late
                    call.deadline = now + limits.grace * Self.millisecond
                } else if call.ending == .asked {
                    end(with: failure(.failed, "The connector \(connector.name) was cancelled and had to be ended."))
                    call.reply.status = .cancelled
                    return call.reply
                } else {
                    throw end(with: late(method, limit))
                }
            }
        }
    }

    private func answer(_ call: PumpedCall, _ method: String, _ limit: UInt64) throws(ConnectorFailure) -> Reply {
        // Output that was written before the DONE belongs to this call.
        readOutput(call.observer, System.now())
        for line in incoming.flush(now: System.now()) { tell(.debug, line, call.observer) }
        if call.ending == .late { throw end(with: late(method, limit)) }
        return call.reply
    }

    /// Sleeps until something comes, but looks at the memory now and then.
    private func wait(until deadline: UInt64, now: UInt64) -> (socket: Bool, output: Bool, exited: Bool) {
        var polled = [
            pollfd(fd: socketIsDone ? -1 : child.socket, events: Int16(POLLIN), revents: 0),
            pollfd(fd: outputIsDone ? -1 : child.output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: child.pidfd, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakeDescriptor, events: Int16(POLLIN), revents: 0),
        ]
        if !outbox.isEmpty { polled[0].events |= Int16(POLLOUT) }
        let left = deadline > now ? (deadline - now) / Self.millisecond + 1 : 0
        poll(&polled, nfds_t(polled.count), Int32(min(left, Self.lookEvery)))
        if polled[3].revents != 0 {
            var count: UInt64 = 0
            read(wakeDescriptor, &count, 8)
        }
        let input = Int16(POLLIN | POLLHUP | POLLERR)
        return (polled[0].revents & input != 0, polled[1].revents & input != 0, polled[2].revents != 0)
    }

    /// Looks at the memory in use: what no rlimit counts (shared mappings) ends here.
    private func look(_ now: UInt64) throws(ConnectorFailure) {
        guard now - lastLook >= Self.lookEvery * Self.millisecond else { return }
        lastLook = now
        peak = max(peak, child.resident)
        if peak > limits.memory + limits.memory / 4 { throw end(with: overMemory()) }
    }

    private func readOutput(_ observer: (any WorkerObserver)?, _ now: UInt64) {
        guard !outputIsDone else { return }
        withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 1) { chunk in
            let got = System.read(child.output, chunk)
            if got == 0 { outputIsDone = true }
            guard got > 0 else { return }
            for line in incoming.output(UnsafeRawBufferPointer(rebasing: chunk[..<got]), now: now) {
                tell(.debug, line, observer)
            }
        }
    }

    func tell(_ level: LogLevel, _ line: String, _ observer: (any WorkerObserver)?) {
        if let observer {
            observer.log(level: level, line: line)
        } else if early.count < 100 {
            early.append((level, line))
        }
    }

    /// One read's worth of frames; `true` when the goal is reached.
    private func readFrames(_ call: inout PumpedCall) throws(ConnectorFailure) -> Bool {
        let got = buffer.fill(from: child.socket)
        if got == 0 || (got < 0 && got != -Int(EAGAIN)) {
            // A process that has ended is noticed in a moment; one that goes on without its socket is ended soon.
            socketIsDone = true
            call.deadline = min(call.deadline, System.now() + 2000 * Self.millisecond)
        }
        return try takeFrames(&call)
    }

    private func takeFrames(_ call: inout PumpedCall) throws(ConnectorFailure) -> Bool {
        while true {
            switch buffer.next() {
            case .incomplete: return false
            case .flawed(let what): throw end(with: garbage(what))
            case .frame(let type, let body): if try take(type, body, &call) { return true }
            }
        }
    }

    /// What a dead worker had still sent. At most a second of it.
    private func drain(_ call: inout PumpedCall) throws(ConnectorFailure) -> Bool {
        let until = System.now() + 1000 * Self.millisecond
        while !socketIsDone, System.now() < until {
            var polled = pollfd(fd: child.socket, events: Int16(POLLIN), revents: 0)
            guard poll(&polled, 1, 0) > 0 else { return false }
            if try readFrames(&call) { return true }
        }
        return false
    }
}

/// A call that is being served.
struct PumpedCall {
    enum Ending { case asked, late }

    let goal: Worker.Goal
    let isSync: Bool
    let limit: UInt64
    let observer: (any WorkerObserver)?
    var deadline: UInt64 = 0
    var ending: Ending?
    var reply = Worker.Reply()
    /// Bytes of talk in this call, for the flood limit.
    var talk = 0

    init(goal: Worker.Goal, isSync: Bool, limit: UInt64, observer: (any WorkerObserver)?) {
        self.goal = goal
        self.isSync = isSync
        self.limit = limit
        self.observer = observer
    }

    /// The connector has got on with it.
    mutating func moved() {
        if isSync, ending == nil { deadline = System.now() + limit }
    }
}
