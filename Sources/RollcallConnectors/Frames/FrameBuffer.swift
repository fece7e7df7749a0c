/// Cuts a stream of bytes into frames. The memory is bare, so that a quarter of a megabyte a read costs a copy and
/// nothing else; it never grows past one frame and one read.
final class FrameBuffer {
    enum Next {
        case frame(type: UInt8, body: UnsafeRawBufferPointer)
        case incomplete
        case flawed(String)
    }

    private static let chunk = 256 << 10
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 * FrameBuffer.chunk, alignment: 16)
    private var start = 0
    private var end = 0

    deinit { memory.deallocate() }

    /// Reads once from a descriptor: the number of bytes, 0 at the end, or the negative errno.
    func fill(from descriptor: Int32) -> Int {
        if start > 0 {
            if start < end {
                memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[start..<end]))
            }
            end -= start
            start = 0
        }
        if memory.count - end < Self.chunk {
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: memory.count * 2, alignment: 16)
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<end]))
            memory.deallocate()
            memory = larger
        }
        let got = System.read(descriptor, UnsafeMutableRawBufferPointer(rebasing: memory[end..<end + Self.chunk]))
        if got > 0 { end += got }
        return got
    }

    /// The next frame; its body is good until the next `fill`.
    func next() -> Next {
        let have = end - start
        guard have >= 4 else { return .incomplete }
        let length = Int(UInt32(littleEndian: memory.loadUnaligned(fromByteOffset: start, as: UInt32.self)))
        guard length >= 1, length <= FrameLimits.length else {
            return .flawed("a frame claims to be \(length) bytes long")
        }
        guard have >= 4 + length else { return .incomplete }
        let body = UnsafeRawBufferPointer(rebasing: memory[start + FrameLimits.head..<start + 4 + length])
        let type = memory[start + 4]
        start += 4 + length
        return .frame(type: type, body: body)
    }

    /// Forgets what it held, overwriting it: the frames of the host carry secrets.
    func wipe() {
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        start = 0
        end = 0
    }
}
