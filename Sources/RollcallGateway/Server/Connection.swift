internal import Glibc

/// One gateway's connection: what of a request has come, and what of the replies has not gone. Nearly always both are
/// empty, for a request comes and goes in one piece.
final class Connection {
    let descriptor: Int32
    /// The beginning of a request.
    var input: [UInt8] = []
    /// Replies that the other side is slow to take. While there are any, nothing is read from it.
    var output: [UInt8] = []
    var sent = 0
    /// Milliseconds: when it last sent or took something whole.
    var active: Int64
    /// Milliseconds: since when half a request, or half a reply, is waiting.
    var waitingSince: Int64?

    init(_ descriptor: Int32, now: Int64) {
        self.descriptor = descriptor
        active = now
    }

    deinit { close(descriptor) }

    var isBlocked: Bool { sent < output.count }

    enum Received {
        case bytes(Int)
        case nothing
        case end
        case failed
    }

    func receive(_ buffer: UnsafeMutableRawBufferPointer) -> Received {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .end }
            if errno == EINTR { continue }
            return errno == EAGAIN ? .nothing : .failed
        }
    }

    /// How many of the bytes went, or `nil` where the connection is broken.
    func send(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var sent = 0
        while sent < bytes.count {
            guard let base = bytes.baseAddress else { return sent }
            let count = Glibc.send(descriptor, base + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            if count > 0 {
                sent += count
            } else if count < 0, errno == EINTR {
                continue
            } else {
                return count < 0 && errno != EAGAIN ? nil : sent
            }
        }
        return sent
    }
}
