/// The way of records out of a connector: attribute by attribute, without a String or an array in between.
///
/// Bytes that are passed as `Bytes` are *lent*: they are not copied, and must stay where they are until `flush` has
/// returned. So a reader of a file emits slices of its own buffer and flushes before it moves that buffer. Whatever is
/// passed as a `String` or through a `copying:` function is copied and may go at once. Records leave in batches, by
/// themselves when enough has come together.

internal import CRollcall

public final class Emitter {
    private let host: Host
    private let recordLimit = 512
    private let byteLimit = 192 << 10
    private let records: UnsafeMutablePointer<rollcall_record>
    private var count = 0
    private var pairs: UnsafeMutablePointer<rollcall_pair>
    private var pairCount = 0
    private var pairCapacity = 4096
    private var bytes = 0
    private var arena = Arena()
    /// The copies of the batch before: what was copied just before a `begin` that sent it is still good.
    private var spare = Arena()

    /// How many records have been begun.
    public private(set) var emitted: UInt64 = 0

    public init(_ host: Host) {
        self.host = host
        records = .allocate(capacity: recordLimit)
        pairs = .allocate(capacity: pairCapacity)
    }

    deinit {
        records.deallocate()
        pairs.deallocate()
    }

    // MARK: Lent bytes

    /// Begins a record. `id` (and `peer`, for a membership) are lent.
    public func begin(_ operation: RecordOperation, _ kind: RecordKind, id: Bytes, peer: Bytes? = nil) throws(Stop) {
        if count == recordLimit || bytes >= byteLimit {
            try send()
            swap(&arena, &spare)
            arena.clear()
        }
        (records + count).initialize(
            to: rollcall_record(
                struct_size: UInt32(MemoryLayout<rollcall_record>.size), op: operation.rawValue,
                kind: kind.rawValue, id: id.lent, peer: peer?.lent ?? rollcall_str(), attrs: nil, attr_count: 0))
        count += 1
        emitted += 1
        bytes += id.count + (peer?.count ?? 0)
    }

    /// Adds a value to the record begun last. A name may repeat.
    public func add(_ name: AttributeName, _ value: Bytes) {
        add(Bytes(start: name.text.utf8Start, count: name.text.utf8CodeUnitCount), value)
    }

    /// Adds a value under a name of the directory's own. Both are lent.
    public func add(_ name: Bytes, _ value: Bytes) {
        guard count > 0 else { return }
        if pairCount == pairCapacity { grow() }
        (pairs + pairCount).initialize(to: rollcall_pair(name: name.lent, value: value.lent))
        pairCount += 1
        records[count - 1].attr_count += 1
        bytes += name.count + value.count
    }

    // MARK: Copied bytes

    /// Begins a record with copies of `id` and `peer`.
    public func begin(
        _ operation: RecordOperation, _ kind: RecordKind, copying id: Bytes, peer: Bytes? = nil
    ) throws(Stop) {
        try begin(operation, kind, id: copying(id), peer: peer.map { copying($0) })
    }

    public func begin(
        _ operation: RecordOperation, _ kind: RecordKind, id: String, peer: String? = nil
    ) throws(Stop) {
        try begin(operation, kind, id: copying(id), peer: peer.map { copying($0) })
    }

    /// A copy to lend to `begin` or `add` right away.
    public func copying(_ bytes: Bytes) -> Bytes { arena.copy(bytes) }

    public func copying(_ text: String) -> Bytes {
        var text = text
        return text.withUTF8 { arena.copy(Bytes($0)) }
    }

    public func add(_ name: AttributeName, _ value: String) { add(name, copying(value)) }

    // MARK: Out

    /// Hands over what has come together. Blocks while the host is behind.
    public func flush() throws(Stop) {
        defer {
            arena.clear()
            spare.clear()
        }
        try send()
    }

    private func send() throws(Stop) {
        guard count > 0 else { return }
        var next = UnsafePointer(pairs)
        for index in 0..<count {
            records[index].attrs = records[index].attr_count == 0 ? nil : next
            next += records[index].attr_count
        }
        let whole = count
        count = 0
        pairCount = 0
        bytes = 0
        try host.emit(records, whole)
    }

    /// Flushes, and then says that all emitted so far and this state belong together.
    public func checkpoint(_ state: [UInt8]) throws(Stop) {
        try flush()
        try host.checkpoint(state)
    }

    private func grow() {
        let larger = UnsafeMutablePointer<rollcall_pair>.allocate(capacity: pairCapacity * 2)
        larger.moveInitialize(from: pairs, count: pairCount)
        pairs.deallocate()
        pairs = larger
        pairCapacity *= 2
    }
}
