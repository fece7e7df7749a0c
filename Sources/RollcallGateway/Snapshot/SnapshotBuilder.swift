internal import CHash
package import RollcallCore

/// Puts a snapshot together: facts, then entries in any order, then the finished bytes. Allocates nothing for an
/// address. `finish` ends its use.
package struct SnapshotBuilder: ~Copyable {
    private var memory: GrowingMemory
    private var header = SnapshotLayout.Header()
    private let recordsStart: Int
    private var members: [UInt8] = []
    /// Folded forms of local parts beyond ASCII, and the record that each stands for: added at the end, and only where
    /// nobody has that address himself.
    private var folded: [(local: [UInt8], record: Int)] = []
    private var parser = AddressParser()
    private let domain: [UInt8]
    private var isFinished = false

    package init(
        _ facts: SnapshotFacts, edition: Int64, madeAt: Int64, syncedAt: Int64 = 0, enforces: Bool, isSynced: Bool,
        seed: UInt64 = .random(in: .min ... .max)
    ) throws(SnapshotFlaw) {
        guard let memory = GrowingMemory(capacity: 4096) else { throw .tooLarge }
        self.memory = memory
        domain = Array(facts.name.utf8)
        var bytes: [UInt8] = []
        facts.append(to: &bytes)
        header.flags =
            (enforces ? SnapshotLayout.Flag.enforces : 0) | (isSynced ? SnapshotLayout.Flag.isSynced : 0)
        header.edition = edition
        header.madeAt = madeAt
        header.syncedAt = syncedAt
        header.seed = seed
        header.factsLength = UInt32(bytes.count)
        recordsStart = SnapshotLayout.Header.length + bytes.count
        // The header is written when its numbers are known.
        _ = self.memory.appendZeroes(SnapshotLayout.Header.length)
        bytes.withUnsafeBytes { self.memory.append($0) }
    }

    deinit { if !isFinished { memory.discard() } }

    /// An account or list. Answers what its aliases are to name as their target; `nil` where the address is none of the
    /// domain's, which only a damaged book can have.
    package mutating func add(
        _ address: UnsafeRawBufferPointer, kind: EntryKind, graceUntil: Int64? = nil,
        members keys: [[UInt8]]? = nil
    ) throws(SnapshotFlaw) -> UInt32? {
        if let graceUntil {
            return try add(address, tag: kind.rawValue | SnapshotLayout.grace, graceUntil, width: 8)
        }
        guard kind == .list else { return try add(address, tag: kind.rawValue, 0, width: 0) }
        let place = keys == nil ? 0 : members.count + 1
        if let keys { add(members: keys) }
        return try add(address, tag: kind.rawValue, Int64(place), width: 4)
    }

    package mutating func add(
        alias address: UnsafeRawBufferPointer, of target: UInt32, graceUntil: Int64? = nil
    ) throws(SnapshotFlaw) {
        if let graceUntil {
            _ = try add(address, tag: SnapshotLayout.alias | SnapshotLayout.grace, graceUntil, width: 8)
        } else {
            _ = try add(address, tag: SnapshotLayout.alias, Int64(target), width: 4)
        }
    }

    private mutating func add(members keys: [[UInt8]]) {
        members.append(varint: UInt64(keys.count))
        for key in keys { key.withUnsafeBytes { members.append(counted: $0) } }
    }

    /// - `width`: how many bytes of `payload` stand behind the local part.
    private mutating func add(
        _ address: UnsafeRawBufferPointer, tag: UInt8, _ payload: Int64, width: Int
    ) throws(SnapshotFlaw) -> UInt32? {
        guard parser.parse(address) == nil, parser.localLength <= 255 else { return nil }
        let length = parser.localLength
        let start = memory.count
        guard start - recordsStart < SnapshotLayout.longest - 1024 else { throw .tooLarge }
        let (isOurs, isASCII) = parser.key.withUnsafeBytes { key -> (Bool, Bool) in
            let name = UnsafeRawBufferPointer(rebasing: key[(length + 1)...])
            guard domain.withUnsafeBytes({ name.isEqual(to: $0) }) else { return (false, true) }
            let local = UnsafeRawBufferPointer(rebasing: key[..<length])
            append(local, tag, payload, width)
            return (true, local.allSatisfy { $0 < 0x80 })
        }
        guard isOurs else { return nil }
        header.addressCount += 1
        if !isASCII {
            let other = FoldedForm.of(parser.key[..<length])
            if !other.elementsEqual(parser.key[..<length]), other.count <= 255 { folded.append((other, start)) }
        }
        return UInt32(start - recordsStart)
    }

    private mutating func append(_ local: UnsafeRawBufferPointer, _ tag: UInt8, _ payload: Int64, _ width: Int) {
        withUnsafeBytes(of: (tag, UInt8(truncatingIfNeeded: local.count))) { memory.append($0) }
        memory.append(local)
        withUnsafeBytes(of: payload.littleEndian) { memory.append(UnsafeRawBufferPointer(rebasing: $0[..<width])) }
        header.recordCount += 1
    }

    package mutating func finish() throws(SnapshotFlaw) -> Snapshot {
        addFolded()
        header.recordsLength = UInt32(memory.count - recordsStart)
        guard members.count < SnapshotLayout.longest else { throw .tooLarge }
        header.membersLength = UInt32(members.count)
        members.withUnsafeBytes { memory.append($0) }
        // At most three quarters full.
        var slots = 2
        while slots * 3 < Int(header.recordCount) * 4 + 3 { slots *= 2 }
        header.slotCount = UInt32(slots)
        let slotsStart = memory.appendZeroes(slots * 4)
        guard !memory.isExhausted else { throw .tooLarge }
        fillSlots(slotsStart, slots)
        var bytes: [UInt8] = []
        header.append(to: &bytes, whole: memory.count + SnapshotLayout.digestLength)
        memory.bytes.copyBytes(from: bytes)
        let digest = Digest128(of: UnsafeRawBufferPointer(memory.bytes))
        digest.withStored { memory.append($0) }
        guard !memory.isExhausted else { throw .tooLarge }
        memory.trim()
        isFinished = true
        return try Snapshot(owning: memory.bytes)
    }

    private mutating func addFolded() {
        for (local, original) in folded {
            let records = UnsafeRawBufferPointer(rebasing: memory.bytes[recordsStart...])
            guard let record = SnapshotRecord(records, at: original - recordsStart) else { continue }
            let tag = memory.bytes[original]
            let width = record.end - (original - recordsStart) - 2 - record.local.count
            let payload = record.payload
            local.withUnsafeBytes { append($0, tag, payload, width) }
        }
    }

    /// Places every record. Of two with the same local part the living one counts, else the first.
    private func fillSlots(_ start: Int, _ count: Int) {
        let records = UnsafeRawBufferPointer(
            rebasing: memory.bytes[recordsStart..<recordsStart + Int(header.recordsLength)])
        let slots = UnsafeMutableRawBufferPointer(rebasing: memory.bytes[start..<start + count * 4])
        var offset = 0
        while let record = SnapshotRecord(records, at: offset) {
            defer { offset = record.end }
            var slot =
                Int(truncatingIfNeeded: rollcall_hash64(record.local.baseAddress, record.local.count, header.seed))
                & (count - 1)
            while true {
                let place = UInt32(littleEndian: slots.loadUnaligned(fromByteOffset: slot * 4, as: UInt32.self))
                guard place != 0, let other = SnapshotRecord(records, at: Int(place) - 1) else {
                    slots.storeBytes(of: (record.offset + 1).littleEndian, toByteOffset: slot * 4, as: UInt32.self)
                    break
                }
                if other.local.isEqual(to: record.local) {
                    if other.isGrace, !record.isGrace {
                        slots.storeBytes(of: (record.offset + 1).littleEndian, toByteOffset: slot * 4, as: UInt32.self)
                    }
                    break
                }
                slot = (slot + 1) & (count - 1)
            }
        }
    }
}
