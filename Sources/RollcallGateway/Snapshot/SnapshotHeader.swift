internal import RollcallCore

/// The header in its bytes: magic and version first, so that a later form is told apart before anything else is read.
extension SnapshotLayout.Header {
    func append(to bytes: inout [UInt8], whole: Int) {
        bytes += SnapshotLayout.magic
        bytes.append(number: SnapshotLayout.version)
        bytes.append(number: flags)
        bytes.append(number: UInt64(whole))
        bytes.append(number: edition)
        bytes.append(number: madeAt)
        bytes.append(number: syncedAt)
        bytes.append(number: seed)
        for number in [factsLength, recordsLength, membersLength, slotCount, recordCount, addressCount] {
            bytes.append(number: number)
        }
    }

    /// Reads it and holds every length in it against the number of bytes that are really there.
    init(_ bytes: UnsafeRawBufferPointer) throws(SnapshotFlaw) {
        var reader = ByteReader(bytes)
        guard let magic = reader.bytes(8), magic.elementsEqual(SnapshotLayout.magic) else { throw .notASnapshot }
        guard let version = reader.number(UInt32.self) else { throw .cutShort }
        guard version == SnapshotLayout.version else { throw .otherVersion }
        guard let flags = reader.number(UInt32.self), let whole = reader.number(UInt64.self),
            let edition = reader.number(Int64.self), let madeAt = reader.number(Int64.self),
            let syncedAt = reader.number(Int64.self), let seed = reader.number(UInt64.self),
            let facts = reader.number(UInt32.self), let records = reader.number(UInt32.self),
            let members = reader.number(UInt32.self), let slots = reader.number(UInt32.self),
            let count = reader.number(UInt32.self), let addresses = reader.number(UInt32.self),
            whole == UInt64(bytes.count)
        else { throw .cutShort }
        self.init(
            flags: flags, edition: edition, madeAt: madeAt, syncedAt: syncedAt, seed: seed, factsLength: facts,
            recordsLength: records, membersLength: members, slotCount: slots, recordCount: count,
            addressCount: addresses)
        // In 64 bits, where sums of 32-bit numbers cannot wrap.
        guard slots.nonzeroBitCount == 1, count < slots, addresses <= count, whole == UInt64(length) else {
            throw .inconsistent
        }
    }

    /// Of the whole snapshot.
    var length: Int { slotsEnd + SnapshotLayout.digestLength }
    private var recordsStart: Int { Self.length + Int(factsLength) }
    private var membersStart: Int { recordsStart + Int(recordsLength) }
    private var slotsStart: Int { membersStart + Int(membersLength) }
    private var slotsEnd: Int { slotsStart + Int(slotCount) * 4 }

    // Parts of bytes that the header was read from, and has been held against.
    func facts(_ all: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer { part(all, Self.length, recordsStart) }
    func records(_ all: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer { part(all, recordsStart, membersStart) }
    func members(_ all: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer { part(all, membersStart, slotsStart) }
    func slots(_ all: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer { part(all, slotsStart, slotsEnd) }
    func digested(_ all: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer { part(all, 0, slotsEnd) }
    func digest(_ all: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer { part(all, slotsEnd, length) }

    private func part(_ all: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: all[start..<end])
    }
}

/// Why bytes are no snapshot that can be answered from.
package enum SnapshotFlaw: String, Error, Sendable, CustomStringConvertible {
    case notASnapshot, otherVersion, cutShort, inconsistent, damaged, tooLarge

    package var description: String {
        switch self {
        case .notASnapshot: "this is no snapshot"
        case .otherVersion: "this snapshot is of another release"
        case .cutShort: "this snapshot is not whole"
        case .inconsistent: "this snapshot contradicts itself"
        case .damaged: "this snapshot is damaged: its checksum is wrong"
        case .tooLarge: "the address book is too large for a snapshot"
        }
    }
}
