internal import CHash
internal import RollcallCore

/// What the mirror holds before a full read, and what of it the read has seen: for each id a hash, the digest of its
/// last content and one bit. It tells changed records from unchanged ones without a look at the store, and at the end
/// what is gone. A few tens of bytes an object.
///
/// Ids are told apart by a 64-bit hash with a seed of this process: should two ever collide, one record is written
/// again, and one that went is only noticed by the next full read.
struct SeenIndex {
    enum Verdict { case new, changed, same, repeated }

    private var hashes: [UInt64] = []
    private var digests: [Digest128] = []
    private var marks: [UInt8] = []
    private var slots: [Int32] = Array(repeating: -1, count: 1024)
    private(set) var seenCount = 0
    /// Known and not seen: what a complete read would drop.
    var missingCount: Int { knownCount - seenCount }
    private var knownCount = 0

    private static let seed = UInt64.random(in: .min ... .max)
    private static let seenMark: UInt8 = 1
    private static let goneMark: UInt8 = 2

    static func hash(_ id: UnsafeRawBufferPointer) -> UInt64 { rollcall_hash64(id.baseAddress, id.count, seed) }

    static func hash(_ group: UnsafeRawBufferPointer, _ member: UnsafeRawBufferPointer) -> UInt64 {
        rollcall_hash64(member.baseAddress, member.count, hash(group))
    }

    mutating func reserve(_ count: Int) {
        hashes.reserveCapacity(count)
        digests.reserveCapacity(count)
        marks.reserveCapacity(count)
        while slots.count < count * 2 { grow() }
    }

    /// Adds what the mirror holds.
    mutating func know(_ hash: UInt64, _ digest: Digest128) {
        if let index = find(hash) {
            digests[index] = digest
        } else {
            append(hash, digest, 0)
            knownCount += 1
        }
    }

    /// Marks as seen, and tells whether the content is new.
    mutating func see(_ hash: UInt64, _ digest: Digest128) -> Verdict {
        guard let index = find(hash) else {
            append(hash, digest, Self.seenMark)
            knownCount += 1
            seenCount += 1
            return .new
        }
        let mark = marks[index]
        let isSame = digests[index] == digest
        digests[index] = digest
        marks[index] = Self.seenMark
        if mark & Self.goneMark != 0 {
            knownCount += 1
            seenCount += 1
            return .new
        }
        if mark & Self.seenMark == 0 { seenCount += 1 }
        if isSame { return mark & Self.seenMark == 0 ? .same : .repeated }
        return .changed
    }

    /// Marks as seen what an earlier part of the same full read saw.
    mutating func markSeen(_ hash: UInt64) {
        guard let index = find(hash), marks[index] == 0 else { return }
        marks[index] = Self.seenMark
        seenCount += 1
    }

    /// A tombstone. Whether there was anything to delete.
    mutating func remove(_ hash: UInt64) -> Bool {
        guard let index = find(hash), marks[index] & Self.goneMark == 0 else { return false }
        if marks[index] & Self.seenMark != 0 { seenCount -= 1 }
        knownCount -= 1
        marks[index] = Self.goneMark
        return true
    }

    func isSeen(_ hash: UInt64) -> Bool { find(hash).map { marks[$0] & Self.seenMark != 0 } ?? false }

    private func find(_ hash: UInt64) -> Int? {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if hashes[index] == hash { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private mutating func append(_ hash: UInt64, _ digest: Digest128, _ mark: UInt8) {
        if hashes.count * 2 >= slots.count { grow() }
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(truncatingIfNeeded: hashes.count)
        hashes.append(hash)
        digests.append(digest)
        marks.append(mark)
    }

    private mutating func grow() {
        let mask = slots.count * 2 - 1
        var larger = [Int32](repeating: -1, count: mask + 1)
        for (index, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & mask
            while larger[slot] >= 0 { slot = (slot + 1) & mask }
            larger[slot] = Int32(truncatingIfNeeded: index)
        }
        slots = larger
    }
}
