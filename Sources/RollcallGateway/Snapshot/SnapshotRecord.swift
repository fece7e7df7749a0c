package import RollcallCore

/// One address where it lies in a snapshot: good as long as the snapshot.
package struct SnapshotRecord {
    /// Where it begins among the records, by which others name it and lookups are counted.
    package let offset: UInt32
    private let tag: UInt8
    package let local: UnsafeRawBufferPointer
    /// What stands behind the local part.
    let payload: Int64
    /// Where the next one begins.
    let end: Int

    @inline(__always)
    init?(_ records: UnsafeRawBufferPointer, at offset: Int) {
        guard offset >= 0, offset <= records.count - 3 else { return nil }
        tag = records[offset]
        let length = Int(records[offset + 1])
        let start = offset + 2
        let kind = tag & ~SnapshotLayout.grace
        let width = tag & SnapshotLayout.grace != 0 ? 8 : kind >= 6 ? 4 : 0
        guard kind >= 1, kind <= SnapshotLayout.alias, length > 0, length <= records.count - start - width else {
            return nil
        }
        local = UnsafeRawBufferPointer(rebasing: records[start..<start + length])
        end = start + length + width
        self.offset = UInt32(truncatingIfNeeded: offset)
        switch width {
        case 8: payload = Int64(littleEndian: records.loadUnaligned(fromByteOffset: start + length, as: Int64.self))
        case 4:
            payload = Int64(
                UInt32(littleEndian: records.loadUnaligned(fromByteOffset: start + length, as: UInt32.self)))
        default: payload = 0
        }
    }

    package var isGrace: Bool { tag & SnapshotLayout.grace != 0 }
    package var isAlias: Bool { tag & ~SnapshotLayout.grace == SnapshotLayout.alias }
    package var isList: Bool { tag & ~SnapshotLayout.grace == EntryKind.list.rawValue }
    /// `nil` for an alias.
    package var kind: EntryKind? { EntryKind(rawValue: tag & ~SnapshotLayout.grace) }
    /// When its grace ends, seconds.
    package var until: Int64? { isGrace ? payload : nil }
    /// For an alias: the record that it stands for.
    package var target: UInt32? { isAlias && !isGrace ? UInt32(truncatingIfNeeded: payload) : nil }
    /// For a list: where its members are.
    var members: Int? { isList && !isGrace && payload > 0 ? Int(payload) - 1 : nil }
}
