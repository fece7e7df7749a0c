internal import RollcallCore

/// Records on their way to the mirror: copied from the frame that brought them and kept until the next short
/// transaction, so that no lock on the store is held while a directory takes its time.
struct PendingRecords {
    struct Item {
        var op: RecordOp
        var kind: RecordKind
        var id: Range<Int>
        var peer: Range<Int>
        var data: Range<Int>
        var digest: Digest128
    }

    private var bytes: [UInt8] = []
    private(set) var items: [Item] = []
    /// Only puts: then their order is of no account but for those of one id.
    private var isUnordered = true

    var isEmpty: Bool { items.isEmpty }
    /// Time to write, lest memory grow with the directory. Large enough that a first read of a hundred thousand objects
    /// is written in one go: each batch goes over the whole of the mirror's tree if the ids are random.
    var isFull: Bool { bytes.count + items.count * MemoryLayout<Item>.stride > 32 << 20 }

    mutating func add(
        _ op: RecordOp, _ kind: RecordKind, id: UnsafeRawBufferPointer, peer: UnsafeRawBufferPointer,
        data: UnsafeRawBufferPointer, digest: Digest128
    ) {
        if op != .put { isUnordered = false }
        items.append(
            Item(op: op, kind: kind, id: append(id), peer: append(peer), data: append(data), digest: digest))
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        items.removeAll(keepingCapacity: true)
        isUnordered = true
    }

    /// Brings puts into the order of the mirror's keys, in which writing is fastest; of one id, in the order in which they
    /// came, for the last word counts.
    mutating func sort() {
        guard isUnordered else { return }
        bytes.withUnsafeBytes { all in
            func view(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: all[range]) }
            items.sort { a, b in
                let (first, second) = (view(a.id), view(b.id))
                if !first.isEqual(to: second) { return first.precedes(second) }
                let (peer, other) = (view(a.peer), view(b.peer))
                if !peer.isEqual(to: other) { return peer.precedes(other) }
                return a.id.lowerBound < b.id.lowerBound
            }
        }
    }

    /// Each item with views of its bytes.
    func forEach(
        _ body: (
            _ item: Item, _ id: UnsafeRawBufferPointer, _ peer: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer
        ) throws -> Void
    ) rethrows {
        try bytes.withUnsafeBytes { all in
            func view(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: all[range]) }
            for item in items { try body(item, view(item.id), view(item.peer), view(item.data)) }
        }
    }

    private mutating func append(_ part: UnsafeRawBufferPointer) -> Range<Int> {
        let start = bytes.count
        bytes.append(contentsOf: part)
        return start..<bytes.count
    }
}
