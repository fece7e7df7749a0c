/// Which DNs are members of a list, and the ids of the entries that bear them: all that a read of LDIF keeps in memory.
///
/// A DN is kept as 64 bits of a keyed hash (see `HashedTable`), an id as its bytes. Entries that nobody lists cost nothing.

internal import ConnectorKit

struct MemberNames: ~Copyable {
    /// Where the bytes of the id begin in `ids`, behind two bytes of length; 0: not met yet.
    private var places = HashedTable<UInt32>(empty: 0, capacity: 1 << 10)
    private var ids: [UInt8] = [0]

    var isEmpty: Bool { places.count == 0 }

    /// Notes that some list names this DN.
    mutating func want(_ name: DistinguishedName) {
        let hash = hash(name)
        if places.value(hash) == nil { places.set(hash, 0) }
    }

    /// Notes the id of the entry of this name, if it is wanted.
    mutating func found(_ name: DistinguishedName, id: Bytes) {
        let hash = hash(name)
        guard places.value(hash) == 0, ids.count + id.count + 2 < UInt32.max else { return }
        places.set(hash, UInt32(ids.count))
        ids.append(UInt8(id.count >> 8 & 0xFF))
        ids.append(UInt8(id.count & 0xFF))
        ids.append(contentsOf: id)
    }

    /// Lends the id of the entry of this name to `body`; false if there is none.
    func withID(of name: DistinguishedName, _ body: (Bytes) throws(Stop) -> Void) throws(Stop) -> Bool {
        guard let place = places.value(hash(name)), place > 0 else { return false }
        let start = Int(place)
        let length = Int(ids[start]) << 8 | Int(ids[start + 1])
        try ids.withUnsafeBufferPointer { (bytes) throws(Stop) in
            try body(Bytes(UnsafeBufferPointer(rebasing: bytes[(start + 2)..<(start + 2 + length)])))
        }
        return true
    }

    private func hash(_ name: DistinguishedName) -> UInt64 {
        name.normal.withUnsafeBytes { places.hash($0) }
    }
}

/// A DN in the one spelling that all its spellings come to: no blanks around separators, lower case, escapes undone
/// into one form. Used again for each name.
struct DistinguishedName {
    private(set) var normal: [UInt8] = []

    mutating func set(_ raw: Bytes) {
        normal.removeAll(keepingCapacity: true)
        var at = 0
        var blanks = 0
        var atStart = true
        while at < raw.count {
            let byte = raw[at]
            at += 1
            if byte == 0x20 {
                if !atStart { blanks += 1 }
                continue
            }
            if byte == 0x2C || byte == 0x3B || byte == 0x2B || byte == 0x3D {
                blanks = 0
                // `;` once separated as `,` does.
                normal.append(byte == 0x3B ? 0x2C : byte)
                atStart = true
                continue
            }
            for _ in 0..<blanks { normal.append(0x20) }
            blanks = 0
            atStart = false
            guard byte == 0x5C, at < raw.count else {
                normal.append(Bytes.lower(byte))
                continue
            }
            var plain = raw[at]
            if at + 1 < raw.count, let high = Self.digit(raw[at]), let low = Self.digit(raw[at + 1]) {
                plain = high << 4 | low
                at += 1
            }
            at += 1
            // Only what separates needs its escape: everything else means itself.
            if plain == 0x2C || plain == 0x3B || plain == 0x2B || plain == 0x3D || plain == 0x5C || plain == 0x20 {
                normal.append(0x5C)
            }
            normal.append(Bytes.lower(plain))
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
