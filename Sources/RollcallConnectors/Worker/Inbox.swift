internal import CHostSystem
internal import Glibc
internal import RollcallCore
internal import Synchronization

/// The worker's end of the socket for reading. A thread of its own takes frames as they come, so that a cancel is heard
/// while the connector is busy, and so that the end of the host is the end of the worker.
final class Inbox: Sendable {
    enum Request: Sendable {
        case call(method: String, arguments: [(name: String, value: String)])
        case sync(mode: UInt32, state: [UInt8])
        case close
    }

    private struct State: Sendable {
        var requests: [Request] = []
        var saved: [Bool] = []
    }

    private let descriptor: Int32
    /// Readable from the cancel on; the connector polls it.
    let cancelDescriptor: Int32
    private let cancelled = Atomic<Bool>(false)
    private let state = Mutex(State())
    /// One count for each thing that is waiting in `state`.
    private let arrivals: Int32

    init(descriptor: Int32) {
        self.descriptor = descriptor
        cancelDescriptor = rollcall_eventfd()
        arrivals = rollcall_eventfd()
    }

    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    /// Reads the first frame, on the calling thread: no other may exist before the sandbox stands.
    static func first(_ descriptor: Int32, _ buffer: FrameBuffer) -> Job? {
        while true {
            switch buffer.next() {
            case .frame(FrameType.open.rawValue, let body):
                let job = Job(body)
                return job
            case .incomplete: if buffer.fill(from: descriptor) <= 0 { return nil }
            default: return nil
            }
        }
    }

    func start(_ buffer: FrameBuffer) {
        let reader = Reader(inbox: self, buffer: buffer)
        var thread = pthread_t()
        // Never joined: it ends with the process.
        let result = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Reader>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, Unmanaged.passRetained(reader).toOpaque())
        if result != 0 { _exit(Int32(EX_OSERR)) }
    }

    /// The next request; blocks.
    func next() -> Request {
        while true {
            let request = state.withLock { $0.requests.isEmpty ? nil : $0.requests.removeFirst() }
            if let request { return request }
            waitForArrival(-1)
        }
    }

    /// Whether the host has put the last saved setting on disk; blocks.
    func acknowledged() -> Bool {
        while true {
            let answer = state.withLock { $0.saved.isEmpty ? nil : $0.saved.removeFirst() }
            if let answer { return answer }
            waitForArrival(-1)
        }
    }

    private func waitForArrival(_ timeout: Int32) {
        var polled = pollfd(fd: arrivals, events: Int16(POLLIN), revents: 0)
        poll(&polled, 1, timeout)
        var count: UInt64 = 0
        read(arrivals, &count, 8)
    }

    private static func signal(_ descriptor: Int32) {
        var one: UInt64 = 1
        write(descriptor, &one, 8)
    }

    private final class Reader {
        let inbox: Inbox
        let buffer: FrameBuffer

        init(inbox: Inbox, buffer: FrameBuffer) {
            self.inbox = inbox
            self.buffer = buffer
        }

        func run() {
            while true {
                switch buffer.next() {
                case .incomplete: if buffer.fill(from: inbox.descriptor) <= 0 { _exit(Int32(EX_OK)) }
                case .flawed: _exit(Int32(EX_PROTOCOL))
                case .frame(let type, let body): take(type, ByteReader(body))
                }
            }
        }

        private func take(_ type: UInt8, _ body: ByteReader) {
            var reader = body
            switch FrameType(rawValue: type) {
            case .cancel:
                inbox.cancelled.store(true, ordering: .relaxed)
                Inbox.signal(inbox.cancelDescriptor)
            case .saved:
                let isSaved = reader.number(UInt8.self) == 1
                inbox.state.withLock { $0.saved.append(isSaved) }
            case .call:
                guard let method = reader.text(), let arguments = reader.pairs() else { return }
                inbox.state.withLock { $0.requests.append(.call(method: method, arguments: arguments)) }
            case .sync:
                guard let mode = reader.number(UInt32.self), let state = reader.counted() else { return }
                let bytes = Array(state)
                inbox.state.withLock { $0.requests.append(.sync(mode: mode, state: bytes)) }
            case .close: inbox.state.withLock { $0.requests.append(.close) }
            default: return
            }
            Inbox.signal(inbox.arrivals)
        }
    }
}
