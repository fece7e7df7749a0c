/// A DN as a number that is the same for every way to write it: case, blanks around separators, escapes. By chance two
/// of a million DNs collide once in 30 million reads; the multiplier is random, so nobody can make them collide.

internal import ConnectorKit

struct NameHash: Sendable {
    private let factor: UInt64
    private let start: UInt64

    init() {
        factor = .random(in: .min ... .max) | 1
        start = .random(in: .min ... .max)
    }

    /// The same hash in every process: for what is kept in a state.
    init(fixed: Void) {
        factor = 0x9E37_79B9_7F4A_7C15
        start = 0xCBF2_9CE4_8422_2325
    }

    /// 0 is never a hash.
    func hash(_ dn: Bytes) -> UInt64 {
        var hash = start
        var blanks = 0
        var afterSeparator = true
        var index = 0
        func mix(_ byte: UInt8, _ hash: inout UInt64) {
            hash = (hash ^ UInt64(byte)) &* factor
            hash ^= hash >> 29
        }
        while index < dn.count {
            var byte = dn[index]
            index += 1
            var isLiteral = false
            if byte == UInt8(ascii: "\\"), index < dn.count {
                isLiteral = true
                if index + 1 < dn.count, let high = Self.digit(dn[index]), let low = Self.digit(dn[index + 1]) {
                    byte = high << 4 | low
                    index += 2
                } else {
                    byte = dn[index]
                    index += 1
                }
            }
            if !isLiteral {
                if byte == UInt8(ascii: " ") {
                    if !afterSeparator { blanks += 1 }
                    continue
                }
                if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "+")
                    || byte == UInt8(ascii: ";")
                {
                    // Blanks before a separator do not count; a mark keeps it apart from an escaped one.
                    blanks = 0
                    afterSeparator = true
                    mix(1, &hash)
                    mix(byte == UInt8(ascii: ";") ? UInt8(ascii: ",") : byte, &hash)
                    continue
                }
            }
            // Some blanks inside a value are as good as one.
            if blanks > 0 { mix(UInt8(ascii: " "), &hash) }
            blanks = 0
            afterSeparator = false
            if byte &- UInt8(ascii: "A") < 26 { byte |= 0x20 }
            mix(byte, &hash)
        }
        return hash == 0 ? 1 : hash
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// From the hash of a name (or of a SID) to an object of the pool.
struct NameIndex: ~Copyable {
    private var keys: UnsafeMutablePointer<UInt64>
    private var values: UnsafeMutablePointer<UInt32>
    private var capacity = 1 << 12
    private var count = 0

    init() {
        keys = .allocate(capacity: capacity)
        values = .allocate(capacity: capacity)
        keys.initialize(repeating: 0, count: capacity)
        values.initialize(repeating: 0, count: capacity)
    }

    deinit {
        keys.deallocate()
        values.deallocate()
    }

    subscript(_ hash: UInt64) -> UInt32? {
        let slot = find(hash)
        return keys[slot] == 0 ? nil : values[slot]
    }

    mutating func set(_ hash: UInt64, _ value: UInt32) {
        if count * 3 >= capacity * 2 { grow() }
        let slot = find(hash)
        if keys[slot] == 0 { count += 1 }
        keys[slot] = hash
        values[slot] = value
    }

    private func find(_ hash: UInt64) -> Int {
        var slot = Int(truncatingIfNeeded: hash ^ hash >> 32) & (capacity - 1)
        while keys[slot] != 0, keys[slot] != hash { slot = (slot + 1) & (capacity - 1) }
        return slot
    }

    private mutating func grow() {
        let (oldKeys, oldValues, oldCapacity) = (keys, values, capacity)
        capacity *= 2
        keys = .allocate(capacity: capacity)
        values = .allocate(capacity: capacity)
        keys.initialize(repeating: 0, count: capacity)
        values.initialize(repeating: 0, count: capacity)
        for index in 0..<oldCapacity where oldKeys[index] != 0 {
            let slot = find(oldKeys[index])
            keys[slot] = oldKeys[index]
            values[slot] = oldValues[index]
        }
        oldKeys.deallocate()
        oldValues.deallocate()
    }
}
