/// Tells whether an entry has one of a set of addresses, in use or in grace, at the speed at which a book is read.
struct KeyScratch {
    private var key: [UInt8] = []
    private var parser = AddressParser()

    mutating func names(_ row: BookRow, _ places: ByteTable) -> Bool {
        guard places.count > 0 else { return false }
        if places.find(row.key) != nil { return true }
        var content = ByteReader(row.content)
        guard content.number(UInt8.self) != nil, content.counted() != nil, content.counted() != nil,
            let aliases = content.varint()
        else { return false }
        for _ in 0..<aliases {
            guard let alias = content.counted() else { break }
            if has(alias, places) { return true }
        }
        guard !row.grace.isEmpty else { return false }
        var grace = ByteReader(row.grace)
        guard grace.varint() != nil, let count = grace.varint() else { return false }
        for _ in 0..<count {
            guard let address = grace.counted(), grace.varint() != nil else { break }
            if has(address, places) { return true }
        }
        return false
    }

    /// The book's addresses are checked ones: in ASCII, the key is the lower case.
    private mutating func has(_ shown: UnsafeRawBufferPointer, _ places: ByteTable) -> Bool {
        key.removeAll(keepingCapacity: true)
        var isASCII = true
        for byte in shown {
            if byte >= 0x80 { isASCII = false }
            key.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
        }
        if isASCII { return key.withUnsafeBytes { places.find($0) } != nil }
        guard parser.parse(shown) == nil else { return false }
        return parser.key.withUnsafeBytes { places.find($0) } != nil
    }
}

extension GuardFacts {
    /// Counts an entry of the source's that no change can concern.
    mutating func count(_ row: BookRow) {
        guard !row.isGrace, let kind = row.kind else { return }
        var content = ByteReader(row.content)
        guard content.number(UInt8.self) != nil, content.counted() != nil, content.counted() != nil,
            let aliases = content.varint()
        else { return }
        if kind == .list { ownedLists += 1 } else { ownedAccounts += 1 }
        ownedAliases += Int(aliases)
    }
}
