/// The bulk way from the bytes of a directory to an address: one pass over plain ASCII, in place in a buffer that is
/// used again, no allocation after the first few calls. What the pass does not like at once goes to the thorough way
/// (`AddressParser+Thorough`), which also finds the reason; both agree on every ASCII address.
///
/// Taken are dot-atoms of 1 to 64 octets, ASCII or UTF-8 in NFC (RFC 5321, 5322, 6531), before a domain name, 254
/// octets in all. Blanks around it (space, tab) are trimmed. The key is the local part with ASCII letters lowered, `@`,
/// and the domain in lower-case A-labels; no other letters are folded, for that would make one address of two.
package struct AddressParser: Sendable {
    package static let longest = 254
    package static let longestLocalPart = 64

    /// What two spellings of one address have in common; empty after a flaw.
    package private(set) var key: [UInt8] = []
    /// How many bytes of `key` are the local part.
    package private(set) var localLength = 0
    /// The part of what was parsed that is the address as written: without the blanks around it.
    package private(set) var shown = 0..<0

    private var names = DomainMemory()

    package init() {
        key.reserveCapacity(AddressParser.longest + 1)
    }

    /// Parses raw bytes as a directory has them. `nil` means fine: `key`, `localLength` and `shown` are then those of
    /// this address until the next call.
    package mutating func parse(_ raw: UnsafeRawBufferPointer) -> AddressFlaw? {
        shown = Octet.trimmed(raw)
        let text = UnsafeRawBufferPointer(rebasing: raw[shown])
        key.removeAll(keepingCapacity: true)
        if text.count <= AddressParser.longest {
            key.append(contentsOf: text)
            let local = key.withUnsafeMutableBufferPointer { buffer in
                buffer.baseAddress.map { AddressParser.lowerPlain($0, buffer.count) } ?? 0
            }
            if local > 0 {
                localLength = local
                return nil
            }
            key.removeAll(keepingCapacity: true)
        }
        localLength = 0
        return text.withMemoryRebound(to: UInt8.self) { bytes in
            switch AddressParser.readThoroughly(bytes, into: &key, names: &names) {
            case .success(let local):
                localLength = local
                return nil
            case .failure(let flaw):
                key.removeAll(keepingCapacity: true)
                return flaw
            }
        }
    }

    /// Lowers a plain ASCII address in place and answers the length of its local part; 0 where it is none, or where its
    /// domain has encoded labels. What it has lowered by then does not matter.
    @inline(__always)
    private static func lowerPlain(_ text: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        var index = 0
        var atDot = true
        while index < count {
            let passed = OctetRun.pass(text, from: index, to: count)
            if passed > index { atDot = false }
            index = passed
            if index == count { break }
            let octet = text[index]
            if Octet.isAtomText(octet) {
                text[index] = Octet.lowered(octet)
                atDot = false
            } else if octet == Octet.dot {
                if atDot { return 0 }
                atDot = true
            } else {
                break
            }
            index += 1
        }
        guard !atDot, index < count, text[index] == Octet.at, index <= longestLocalPart else { return 0 }
        return DomainRules.lower(text + index + 1, count - index - 1) == .fine ? index : 0
    }
}
