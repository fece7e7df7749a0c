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
        var payload: [UInt8] = []
        if let graceUntil {
            payload.append(number: graceUntil)
        } else if kind == .list {
            payload.append(number: UInt32(keys == nil ? 0 : members.count + 1))
            if let keys { add(members: keys) }
        }
        return try add(address, tag: kind.rawValue | (graceUntil == nil ? 0 : SnapshotLayout.grace), payload)
    }

    package mutating func add(
        alias address: UnsafeRawBufferPointer, of target: UInt32, graceUntil: Int64? = nil
    ) throws(SnapshotFlaw) {
        var payload: [UInt8] = []
        if let graceUntil { payload.append(number: graceUntil) } else { payload.append(number: target) }
        _ = try add(address, tag: SnapshotLayout.alias | (graceUntil == nil ? 0 : SnapshotLayout.grace), payload)
    }

    private mutating func add(members keys: [[UInt8]]) {
        members.append(varint: UInt64(keys.count))
        for key in keys { key.withUnsafeBytes { members.append(counted: $0) } }
    }

    private mutating func add(
        _ address: UnsafeRawBufferPointer, tag: UInt8, _ payload: [UInt8]
    ) throws(SnapshotFlaw) -> UInt32? {
        guard parser.parse(address) == nil, parser.localLength <= 255,
            parser.key[(parser.localLength + 1)...].elementsEqual(domain)
        else { return nil }
        let start = memory.count
        let local = parser.key[..<parser.localLength]
        try append(local, tag, payload)
        header.addressCount += 1
        if local.contains(where: { $0 >= 0x80 }) {
            let other = FoldedForm.of(local)
            if !other.elementsEqual(local), other.count <= 255 { folded.append((other, start)) }
        }
        return UInt32(start - recordsStart)
    }

    private mutating func append(
        _ local: ArraySlice<UInt8>, _ tag: UInt8, _ payload: [UInt8]
    ) throws(SnapshotFlaw) {
        guard memory.count - recordsStart < SnapshotLayout.longest - 1024 else { throw .tooLarge }
        // At most 2 + 255 + 8 bytes: one append of three parts.
        withUnsafeBytes(of: (tag, UInt8(local.count))) { memory.append($0) }
        local.withUnsafeBytes { memory.append($0) }
        payload.withUnsafeBytes { memory.append($0) }
        header.recordCount += 1
    }

    package mutating func finish() throws(SnapshotFlaw) -> Snapshot {
        try addFolded()
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

    private mutating func addFolded() throws(SnapshotFlaw) {
        for (local, original) in folded {
            let records = UnsafeRawBufferPointer(rebasing: memory.bytes[recordsStart...])
            guard let record = SnapshotRecord(records, at: original - recordsStart) else { continue }
            let payload = Array(records[(original - recordsStart + 2 + record.local.count)..<record.end])
            try append(local[...], memory.bytes[original], payload)
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
