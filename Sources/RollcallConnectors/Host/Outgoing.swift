internal import Glibc

/// Frames on their way to a worker. Written as the socket takes them, for a worker that does not read must not be able
/// to hold its host; overwritten when they are gone, for they carry secrets.
struct Outgoing {
    private var queue: [[UInt8]] = []
    private var offset = 0

    var isEmpty: Bool { queue.isEmpty }

    /// `false` for a frame that was too long to be made.
    mutating func add(_ frame: [UInt8]?) -> Bool {
        guard let frame else { return false }
        queue.append(frame)
        return true
    }

    mutating func flush(to socket: Int32) {
        while !queue.isEmpty {
            let put = queue[0].withUnsafeBytes { System.write(socket, UnsafeRawBufferPointer(rebasing: $0[offset...])) }
            if put == -Int(EAGAIN) { return }
            // A dead worker is noticed by its process descriptor; what was meant for it is dropped.
            offset += put > 0 ? put : queue[0].count - offset
            if offset >= queue[0].count {
                queue[0].withUnsafeMutableBytes { Wipe.bytes($0) }
                queue.removeFirst()
                offset = 0
            }
        }
    }
}
