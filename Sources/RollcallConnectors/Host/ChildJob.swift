internal import Glibc
internal import RollcallCore

/// One job of a child that answers by itself and ends: a scan, a test of the conformance kit. The same distrust as for a
/// sync, with less to say.
struct ChildJob {
    enum Ending: Sendable, Equatable {
        case finished(ConnectorStatus)
        case crashed(String)
        case endedEarly(Int32)
        case timedOut
        case garbage(String)
    }

    struct Outcome {
        var ending: Ending
        var problems: [(text: String, detail: String)] = []
        var log: [String] = []
        var errorOutput = ""
    }

    /// Runs `job`; other frames than problems, logs and the end go to `take`, which says whether it knows them.
    static func run(
        _ job: Job, executable: String, milliseconds: UInt64, memory: UInt64 = 256 << 20,
        secrets: [String] = [], take: (FrameType, UnsafeRawBufferPointer) -> Bool
    ) throws(ConnectorFailure) -> Outcome {
        var job = job
        let folder = try PrivateFolder()
        job.temporary = folder.path
        job.memory = memory
        job.files = 128
        job.fileSize = 64 << 20
        let child = try Child(executable: executable, environment: [], memory: memory, folder: folder)
        defer { child.finish() }
        var loop = Loop(child: child, secrets: secrets)
        _ = loop.outgoing.add(job.frame())
        let ending = loop.run(milliseconds, take)
        child.kill()
        _ = child.reap()
        loop.readOutput()
        return Outcome(
            ending: ending, problems: loop.problems, log: loop.incoming.lastLines,
            errorOutput: loop.incoming.errorOutput())
    }

    private struct Loop {
        let child: Child
        var outgoing = Outgoing()
        var incoming: Incoming
        let buffer = FrameBuffer()
        var problems: [(text: String, detail: String)] = []
        var status: ConnectorStatus?
        var bytes = 0

        init(child: Child, secrets: [String]) {
            self.child = child
            incoming = Incoming(secrets: secrets)
        }

        mutating func run(_ limit: UInt64, _ take: (FrameType, UnsafeRawBufferPointer) -> Bool) -> Ending {
            // The start of a process on a busy machine is not held against the library.
            var deadline = System.now() + (limit + 20_000) * 1_000_000
            var isStarted = false
            while true {
                let now = System.now()
                guard now < deadline else { return .timedOut }
                outgoing.flush(to: child.socket)
                var polled = [
                    pollfd(fd: child.socket, events: Int16(outgoing.isEmpty ? POLLIN : POLLIN | POLLOUT), revents: 0),
                    pollfd(fd: child.output, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: child.pidfd, events: Int16(POLLIN), revents: 0),
                ]
                poll(&polled, 3, Int32(min((deadline - now) / 1_000_000 + 1, 1000)))
                let isDead = polled[2].revents != 0
                readOutput()
                var got = 0
                repeat {
                    got = buffer.fill(from: child.socket)
                    if let flaw = frames(take, &isStarted) { return .garbage(flaw) }
                } while got > 0 && isDead
                if isStarted, deadline > System.now() + limit * 1_000_000 {
                    deadline = System.now() + limit * 1_000_000
                }
                if isDead { return ending(child.reap()) }
                if let status { return .finished(status) }
                if got == 0 { usleep(1000) }
            }
        }

        private func ending(_ exit: Child.Exit) -> Ending {
            if let signal = exit.signal { return .crashed(Worker.name(signal)) }
            if exit.code == 0, let status { return .finished(status) }
            return .endedEarly(exit.code)
        }

        mutating func readOutput() {
            withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 1) { chunk in
                let got = System.read(child.output, chunk)
                if got > 0 {
                    _ = incoming.output(UnsafeRawBufferPointer(rebasing: chunk[..<got]), now: System.now())
                }
            }
        }

        /// What is wrong with the frames that have come, if anything is.
        private mutating func frames(
            _ take: (FrameType, UnsafeRawBufferPointer) -> Bool, _ isStarted: inout Bool
        ) -> String? {
            while true {
                switch buffer.next() {
                case .incomplete: return nil
                case .flawed(let what): return what
                case .frame(let raw, let body):
                    bytes += body.count
                    guard bytes <= 256 << 20 else { return "more than 256 MiB" }
                    guard let type = FrameType(rawValue: raw) else { return "a frame of type \(raw)" }
                    if let flaw = frame(type, body, take, &isStarted) { return flaw }
                }
            }
        }

        private mutating func frame(
            _ type: FrameType, _ body: UnsafeRawBufferPointer, _ take: (FrameType, UnsafeRawBufferPointer) -> Bool,
            _ isStarted: inout Bool
        ) -> String? {
            var reader = ByteReader(body)
            switch type {
            case .ready: isStarted = true
            case .log:
                _ = reader.number(Int32.self)
                _ = incoming.log(Array(reader.rest), now: System.now())
            case .problem:
                guard reader.text() != nil, let text = reader.counted(), let detail = reader.counted() else {
                    return "a problem that does not add up"
                }
                if problems.count < 100 { problems.append((incoming.sentence(text), incoming.sentence(detail))) }
            case .done:
                guard let code = reader.number(Int32.self) else { return "an end that does not add up" }
                status = ConnectorStatus(code: code)
            default: if !take(type, body) { return "a frame of type \(type.rawValue), which does not belong here" }
            }
            return nil
        }
    }
}
