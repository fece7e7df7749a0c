/// Which ids a read has met, and with what content: 16 bytes a row, nothing else is kept of a row.
///
/// Ids and contents are compared by 64 bits of a keyed hash. The key is random, so nobody can make up a file whose ids
/// collide; by chance, one in 40 million files of a million rows has a pair that does, and is then refused.

internal import CHash
internal import ConnectorKit

struct SeenIDs: ~Copyable {
    enum Verdict { case new, same, different }

    private var slots: UnsafeMutablePointer<(id: UInt64, content: UInt64)>
    private var capacity: Int
    private var count = 0
    let seed = UInt64.random(in: .min ... .max)

    init(capacity: Int = 1 << 12) {
        self.capacity = capacity
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: (0, 0), count: capacity)
    }

    deinit { slots.deallocate() }

    mutating func insert(_ id: Bytes, content: UInt64) -> Verdict {
        if count * 4 >= capacity * 3 { grow() }
        // 0 marks a free slot.
        let hash = rollcall_hash64(id.baseAddress, id.count, seed) | 1
        let slot = find(hash)
        if slots[slot].id == 0 {
            slots[slot] = (hash, content)
            count += 1
            return .new
        }
        return slots[slot].content == content ? .same : .different
    }

    private func find(_ hash: UInt64) -> Int {
        var slot = Int(truncatingIfNeeded: hash >> 1) & (capacity - 1)
        while slots[slot].id != 0, slots[slot].id != hash { slot = (slot + 1) & (capacity - 1) }
        return slot
    }

    private mutating func grow() {
        let old = slots
        let oldCapacity = capacity
        capacity *= 2
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: (0, 0), count: capacity)
        for index in 0..<oldCapacity where old[index].id != 0 { slots[find(old[index].id)] = old[index] }
        old.deallocate()
    }
}
