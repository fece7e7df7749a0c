internal import Glibc
internal import Synchronization

/// The worker's end of the socket for writing. Whole frames only, one at a time, from whatever thread; a write blocks
/// while the host is behind, which is the flow control.
final class Outbox: Sendable {
    private let descriptor: Int32
    private let lock = Mutex(())

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Sends a frame; a host that is gone ends the worker, for there is nobody left to work for.
    func send(_ frame: UnsafeRawBufferPointer) {
        lock.withLock { _ in
            var rest = frame
            while !rest.isEmpty {
                let put = System.write(descriptor, rest)
                guard put > 0 else { _exit(Int32(EX_IOERR)) }
                rest = UnsafeRawBufferPointer(rebasing: rest[put...])
            }
        }
    }

    func send(_ frame: [UInt8]?) {
        guard let frame else { return }
        frame.withUnsafeBytes { send($0) }
    }

    func done(_ status: Int32) {
        var frame = FrameWriter(.done)
        frame.number(status)
        send(frame.finished())
    }

    func log(_ level: Int32, _ line: UnsafeRawBufferPointer) {
        var frame = FrameWriter(.log)
        frame.number(level)
        // The host cuts at 4 KiB after it has taken the secrets out; cutting here would cut through them.
        frame.rest(UnsafeRawBufferPointer(rebasing: line.prefix(4 * Incoming.lineLength)))
        send(frame.finished())
    }

    func problem(field: UnsafeRawBufferPointer, text: UnsafeRawBufferPointer, detail: UnsafeRawBufferPointer) {
        var frame = FrameWriter(.problem)
        for part in [field, text, detail] {
            frame.counted(UnsafeRawBufferPointer(rebasing: part.prefix(4 * Incoming.lineLength)))
        }
        send(frame.finished())
    }

    func problem(_ text: String, field: String = "", detail: String = "") {
        var frame = FrameWriter(.problem)
        for part in [field, text, detail] { frame.text(part) }
        send(frame.finished())
    }
}
