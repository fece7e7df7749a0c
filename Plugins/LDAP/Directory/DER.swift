/// BER and DER, as far as controls and certificates need it: definite lengths, one-byte tags. Everything is checked
/// against what is there; nothing is allocated on a length's word.

enum DER {
    struct Item {
        let tag: UInt8
        let content: ArraySlice<UInt8>
    }

    /// The items one after the other in `bytes`; nil if they do not fit.
    static func items(_ bytes: ArraySlice<UInt8>) -> [Item]? {
        var items: [Item] = []
        var rest = bytes
        while !rest.isEmpty {
            guard let (item, after) = next(rest) else { return nil }
            items.append(item)
            rest = after
        }
        return items
    }

    /// The items inside the first item, which is a sequence, set or wrapper.
    static func sequence(_ bytes: ArraySlice<UInt8>) -> [Item]? {
        guard let (item, _) = next(bytes), item.tag & 0x20 != 0 else { return nil }
        return items(item.content)
    }

    static func next(_ bytes: ArraySlice<UInt8>) -> (Item, ArraySlice<UInt8>)? {
        guard bytes.count >= 2 else { return nil }
        let tag = bytes[bytes.startIndex]
        var length = Int(bytes[bytes.startIndex + 1])
        var start = bytes.startIndex + 2
        if length & 0x80 != 0 {
            let count = length & 0x7F
            guard (1...4).contains(count), bytes.endIndex - start >= count else { return nil }
            length = bytes[start..<start + count].reduce(0) { $0 << 8 | Int($1) }
            start += count
        }
        guard bytes.endIndex - start >= length else { return nil }
        return (Item(tag: tag, content: bytes[start..<start + length]), bytes[(start + length)...])
    }

    // MARK: Making

    static func item(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        var bytes = [tag]
        if content.count < 0x80 {
            bytes.append(UInt8(content.count))
        } else {
            var length: [UInt8] = []
            var rest = content.count
            while rest > 0 {
                length.insert(UInt8(rest & 0xFF), at: 0)
                rest >>= 8
            }
            bytes.append(0x80 | UInt8(length.count))
            bytes += length
        }
        return bytes + content
    }

    static func integer(_ value: Int, tag: UInt8 = 0x02) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = value
        repeat {
            bytes.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        } while !(rest == 0 && bytes[0] & 0x80 == 0) && !(rest == -1 && bytes[0] & 0x80 != 0)
        return item(tag, bytes)
    }

    static func integer(_ item: Item) -> Int? {
        guard (1...8).contains(item.content.count) else { return nil }
        var value = item.content.first.map { $0 & 0x80 != 0 ? -1 : 0 } ?? 0
        for byte in item.content { value = value << 8 | Int(byte) }
        return value
    }
}
