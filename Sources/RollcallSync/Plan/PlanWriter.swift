internal import Crypto
internal import RollcallCore
internal import RollcallStore

/// Takes a plan's changes as they are made: into the digest that an approval is bound to, and in chunks into the
/// history, so that a plan of any size passes through a fixed amount of memory. If they are also for an empty book, they
/// go to the store on another thread, while the next are made: then whoever makes them keeps off the store.
final class PlanWriter {
    private let db: any Database
    /// `nil`: only the digest is wanted.
    private let run: String?
    private let book: BookAdditions?
    private let writing = BackgroundWork()
    private var buffer: [UInt8] = []
    private var chunk = 0
    private var hash = SHA256()

    private static let chunkSize = 256 << 10

    init(_ db: any Database, run: String?, source: SourceKey, edition: Int64, book: BookAdditions? = nil) {
        self.db = db
        self.run = run
        self.book = book
        var head: [UInt8] = Array("rollcall/plan/1".utf8)
        for number in [source.domain, source.source, edition] { head.append(number: number) }
        hash.update(data: head)
    }

    func append(_ change: UnsafeRawBufferPointer) throws {
        hash.update(bufferPointer: change)
        guard run != nil else { return }
        buffer.append(contentsOf: change)
        if buffer.count >= Self.chunkSize { try flush() }
    }

    func append(_ change: EntryChange) throws {
        var bytes: [UInt8] = []
        change.append(to: &bytes)
        try bytes.withUnsafeBytes { try append($0) }
    }

    /// The digest of all that was appended.
    func finish() throws -> [UInt8] {
        try flush()
        try writing.wait()
        return Array(hash.finalize())
    }

    private func flush() throws {
        guard let run, !buffer.isEmpty else { return }
        if let book {
            try writing.wait()
            nonisolated(unsafe) let (db, book, bytes, chunk) = (db, book, buffer, chunk)
            writing.start {
                try bytes.withUnsafeBytes {
                    try RunChanges.append(db, run: run, chunk: chunk, data: $0)
                    try book.put($0, chunk: chunk, of: run)
                }
            }
            buffer = []
            buffer.reserveCapacity(Self.chunkSize + 4096)
        } else {
            try buffer.withUnsafeBytes { try RunChanges.append(db, run: run, chunk: chunk, data: $0) }
            buffer.removeAll(keepingCapacity: true)
        }
        chunk += 1
    }

    /// Waits until nothing is on its way into the store any more.
    func settle() { writing.settle() }
}
