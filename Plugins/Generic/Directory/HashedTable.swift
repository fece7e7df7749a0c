/// Values by 64 bits of a keyed hash: what a read may keep of each row without its memory growing much with the file.
///
/// The key is random, so nobody can make up a file whose names collide; by chance, one in 40 million files of a million
/// rows has a pair that does.

internal import CHash

struct HashedTable<Value: BitwiseCopyable>: ~Copyable {
    private var slots: UnsafeMutablePointer<(hash: UInt64, value: Value)>
    private var capacity: Int
    private let empty: Value
    /// How many names it knows.
    private(set) var count = 0
    let seed = UInt64.random(in: .min ... .max)

    init(empty: Value, capacity: Int = 1 << 12) {
        self.empty = empty
        self.capacity = capacity
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: (0, empty), count: capacity)
    }

    deinit { slots.deallocate() }

    /// The hash of a name; never 0, which marks a free slot.
    func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        rollcall_hash64(bytes.baseAddress, bytes.count, seed) | 1
    }

    func value(_ hash: UInt64) -> Value? {
        let slot = slots[find(hash)]
        return slot.hash == 0 ? nil : slot.value
    }

    mutating func set(_ hash: UInt64, _ value: Value) {
        if count * 4 >= capacity * 3 { grow() }
        let slot = find(hash)
        if slots[slot].hash == 0 { count += 1 }
        slots[slot] = (hash, value)
    }

    private func find(_ hash: UInt64) -> Int {
        var slot = Int(truncatingIfNeeded: hash >> 1) & (capacity - 1)
        while slots[slot].hash != 0, slots[slot].hash != hash { slot = (slot + 1) & (capacity - 1) }
        return slot
    }

    private mutating func grow() {
        let old = slots
        let oldCapacity = capacity
        capacity *= 2
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: (0, empty), count: capacity)
        for index in 0..<oldCapacity where old[index].hash != 0 { slots[find(old[index].hash)] = old[index] }
        old.deallocate()
    }
}
