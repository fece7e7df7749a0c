/// The bytes of a list, through one buffer that the readers cut their slices from.
///
/// A reader looks at `start..<end`; when it needs more to finish a row it calls `more`, which moves the unfinished row
/// to the front. Slices lent to the emitter must be out by then, so `more` has them flushed first. The buffer grows
/// only when a single row does not fit, and never past the limit for one row: memory does not grow with the file.

internal import ConnectorKit

final class ByteReader {
    static let rowLimit = 32 << 20

    private let file: InputFile
    private let host: Host
    private let hasher: Hasher128?
    private let flush: () throws(Stop) -> Void
    private var capacity: Int

    private(set) var base: UnsafeMutablePointer<UInt8>
    /// Where the reader stands; it moves this on as it goes.
    var start = 0
    private(set) var end = 0
    private(set) var atEnd = false
    private(set) var read: Int64 = 0

    /// `hashing`: also digest what passes. A file is digested in the first pass over it only.
    init(
        _ file: InputFile, _ host: Host, hashing: Bool, capacity: Int = 1 << 20,
        flush: @escaping () throws(Stop) -> Void
    ) {
        self.file = file
        self.host = host
        self.flush = flush
        self.capacity = capacity
        hasher = hashing ? Hasher128() : nil
        base = .allocate(capacity: capacity)
    }

    deinit { base.deallocate() }

    var digest: Digest? { hasher?.digest }

    /// A piece of the buffer, good until the next `more`.
    func slice(_ from: Int, _ to: Int) -> Bytes { Bytes(start: base + from, count: to - from) }

    /// Gets more bytes behind `end`; false when there are none. Positions shift: the row then begins at `start`, 0.
    func more() throws(Stop) -> Bool {
        if atEnd { return false }
        try flush()
        try host.checkCancelled()
        if start > 0 {
            let left = end - start
            base.update(from: base + start, count: left)
            start = 0
            end = left
        }
        if capacity - end < capacity / 2 { try grow() }
        let room = UnsafeMutableRawBufferPointer(start: base + end, count: capacity - end)
        let count = try file.read(into: room)
        if count == 0 {
            atEnd = true
            try file.checkUnchanged(read: read)
            return false
        }
        hasher?.add(Bytes(rebasing: room[0..<count]))
        end += count
        read += Int64(count)
        host.progress(UInt64(read), of: UInt64(max(0, file.size)))
        return true
    }

    /// Goes to the end of the file, whatever a format leaves behind its last row, and has everything that was lent from
    /// the buffer flushed: the buffer does not outlive the reader.
    func finish() throws(Stop) {
        repeat { start = end } while try more()
        try flush()
    }

    private func grow() throws(Stop) {
        guard capacity < 2 * Self.rowLimit else {
            throw .failed("\(file.name) has a row of more than 32 MiB; is a quote or a bracket missing?")
        }
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
        larger.update(from: base, count: end)
        base.deallocate()
        base = larger
        capacity *= 2
    }
}
