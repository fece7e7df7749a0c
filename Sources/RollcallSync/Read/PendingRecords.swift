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

    var isEmpty: Bool { items.isEmpty }
    /// Time to write, lest memory grow with the directory.
    var isFull: Bool { bytes.count > 4 << 20 }

    mutating func add(
        _ op: RecordOp, _ kind: RecordKind, id: UnsafeRawBufferPointer, peer: UnsafeRawBufferPointer,
        data: UnsafeRawBufferPointer, digest: Digest128
    ) {
        items.append(
            Item(op: op, kind: kind, id: append(id), peer: append(peer), data: append(data), digest: digest))
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        items.removeAll(keepingCapacity: true)
    }

    /// Each item with views of its bytes, in the order in which they came.
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
