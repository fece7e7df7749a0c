internal import RollcallCore

/// Records on their way to the mirror: copied from the frame that brought them and kept until the next short
/// transaction, so that no lock on the store is held while a directory takes its time.
final class PendingRecords {
    struct Item {
        var op: RecordOp
        var kind: RecordKind
        fileprivate var idCount: UInt16
        fileprivate var peerCount: UInt16
        fileprivate var dataCount: UInt32
        /// Where id, peer and data begin, one behind the other.
        fileprivate var start: UInt32
        /// The first bytes of the id as a number that sorts as they do.
        fileprivate var prefix: UInt64
        var digest: Digest128

        fileprivate var id: Range<Int> { Int(start)..<Int(start) + Int(idCount) }
        fileprivate var peer: Range<Int> { id.upperBound..<id.upperBound + Int(peerCount) }
        fileprivate var data: Range<Int> { peer.upperBound..<peer.upperBound + Int(dataCount) }
    }

    private var bytes: [UInt8] = []
    private(set) var items: [Item] = []
    /// Only puts: then their order is of no account but for those of one id.
    private var isUnordered = true

    var isEmpty: Bool { items.isEmpty }
    /// Bytes of memory.
    var size: Int { bytes.count + items.count * MemoryLayout<Item>.stride }

    func add(
        _ op: RecordOp, _ kind: RecordKind, id: UnsafeRawBufferPointer, peer: UnsafeRawBufferPointer,
        data: UnsafeRawBufferPointer, digest: Digest128
    ) {
        if op != .put { isUnordered = false }
        items.append(
            Item(
                op: op, kind: kind, idCount: UInt16(id.count), peerCount: UInt16(peer.count),
                dataCount: UInt32(data.count), start: UInt32(bytes.count),
                prefix: id.prefix, digest: digest))
        for part in [id, peer, data] { bytes.append(contentsOf: part) }
    }

    func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        items.removeAll(keepingCapacity: true)
        isUnordered = true
    }

    /// Brings puts into the order of the mirror's keys, in which writing is fastest; of one id, in the order in which they
    /// came, for the last word counts.
    func sort() {
        guard isUnordered else { return }
        bytes.withUnsafeBytes { all in
            func view(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: all[range]) }
            items.sort { a, b in
                if a.prefix != b.prefix { return a.prefix < b.prefix }
                let (first, second) = (view(a.id), view(b.id))
                if !first.isEqual(to: second) { return first.precedes(second) }
                let (peer, other) = (view(a.peer), view(b.peer))
                if !peer.isEqual(to: other) { return peer.precedes(other) }
                return a.start < b.start
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
}
