/// Memory for copied values of one batch: chunks that never move, so that what was copied can be pointed at, and that
/// are used again for the next batch.

final class Arena {
    private let chunkSize = 64 << 10
    private var chunks: [UnsafeMutableRawBufferPointer] = []
    private var large: [UnsafeMutableRawBufferPointer] = []
    private var current = 0
    private var used = 0

    deinit {
        clear()
        for chunk in chunks { chunk.deallocate() }
    }

    func copy(_ bytes: Bytes) -> Bytes {
        guard bytes.count > 0 else { return Bytes(start: nil, count: 0) }
        let room = bytes.count > chunkSize / 4 ? ownChunk(bytes.count) : space(bytes.count)
        room.copyMemory(from: bytes)
        return Bytes(room)
    }

    func clear() {
        for chunk in large { chunk.deallocate() }
        large.removeAll(keepingCapacity: true)
        current = 0
        used = 0
    }

    private func ownChunk(_ count: Int) -> UnsafeMutableRawBufferPointer {
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        large.append(chunk)
        return chunk
    }

    private func space(_ count: Int) -> UnsafeMutableRawBufferPointer {
        if current < chunks.count, used + count > chunkSize {
            current += 1
            used = 0
        }
        if current == chunks.count { chunks.append(.allocate(byteCount: chunkSize, alignment: 1)) }
        let start = used
        used += count
        return UnsafeMutableRawBufferPointer(rebasing: chunks[current][start..<used])
    }
}
