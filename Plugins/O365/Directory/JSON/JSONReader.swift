/// Reads JSON where it lies, value by value, without building anything: a page of Graph is looked at once, and what is
/// wanted of it are slices of the page itself.
///
/// The text comes from outside and is believed nothing: every index is checked against the end, nesting has a limit, and
/// whatever is not JSON is a `JSONFlaw`. What kind of value follows is for the caller to ask (`kind`), since a property
/// of another type than expected is no flaw of the page.

internal import ConnectorKit

struct JSONFlaw: Error {
    let offset: Int
}

/// What lies between two quotes, still with its escapes.
struct JSONText {
    let raw: Bytes
    let hasEscapes: Bool

    static var empty: JSONText { JSONText(raw: Bytes(start: nil, count: 0), hasEscapes: false) }

    var isEmpty: Bool { raw.isEmpty }

    func isEqual(to text: StaticString) -> Bool {
        if hasEscapes { return string == text.description }
        guard raw.count == text.utf8CodeUnitCount else { return false }
        let other = text.utf8Start
        for index in 0..<raw.count where raw[index] != other[index] { return false }
        return true
    }

    var string: String {
        if !hasEscapes { return String(decoding: raw, as: UTF8.self) }
        return String(decoding: unescaped, as: UTF8.self)
    }

    /// The bytes that are meant. A lone half of a surrogate pair becomes U+FFFD.
    var unescaped: [UInt8] {
        guard hasEscapes else { return Array(raw) }
        var out: [UInt8] = []
        out.reserveCapacity(raw.count)
        var at = 0
        while at < raw.count {
            let byte = raw[at]
            guard byte == UInt8(ascii: "\\"), at + 1 < raw.count else {
                out.append(byte)
                at += 1
                continue
            }
            let letter = raw[at + 1]
            at += 2
            switch letter {
            case UInt8(ascii: "n"): out.append(0x0A)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "r"): out.append(0x0D)
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0C)
            case UInt8(ascii: "u"): append(scalar(&at), to: &out)
            default: out.append(letter)
            }
        }
        return out
    }

    private func append(_ value: UInt32, to out: inout [UInt8]) {
        out.append(contentsOf: String(Unicode.Scalar(value) ?? "\u{FFFD}").utf8)
    }

    private func scalar(_ at: inout Int) -> UInt32 {
        let first = unit(at)
        at = min(at + 4, raw.count)
        guard first & 0xFC00 == 0xD800, at + 5 < raw.count, raw[at] == UInt8(ascii: "\\"),
            raw[at + 1] == UInt8(ascii: "u")
        else { return first }
        let second = unit(at + 2)
        guard second & 0xFC00 == 0xDC00 else { return first }
        at += 6
        return 0x10000 + (first & 0x3FF) << 10 + (second & 0x3FF)
    }

    private func unit(_ at: Int) -> UInt32 {
        guard at + 4 <= raw.count else { return 0xFFFD }
        var value: UInt32 = 0
        for index in at..<(at + 4) { value = value << 4 | UInt32(JSONReader.hexDigit(raw[index]) ?? 0) }
        return value
    }
}

struct JSONReader {
    enum Kind { case object, array, string, number, bool, null }

    static let depthLimit = 64

    private let base: UnsafePointer<UInt8>
    private let end: Int
    /// Where the next byte is read. A saved position can be gone back to.
    private(set) var position = 0

    /// The bytes must stay until the reader and all its texts are done with.
    init(_ bytes: Bytes) {
        base = bytes.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) } ?? UnsafePointer(Self.nothing)
        end = bytes.count
    }

    /// What an empty page points at; never read.
    nonisolated(unsafe) private static let nothing = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)

    /// The same text from another place on: a position that this reader once had.
    func at(_ position: Int) -> JSONReader {
        var copy = self
        copy.position = position
        return copy
    }

    private var flaw: JSONFlaw { JSONFlaw(offset: position) }

    private mutating func skipBlanks() {
        while position < end {
            switch base[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    // MARK: What follows

    mutating func kind() throws(JSONFlaw) -> Kind {
        skipBlanks()
        guard position < end else { throw flaw }
        switch base[position] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), 0x30...0x39: return .number
        default: throw flaw
        }
    }

    /// Nothing but blanks is left.
    mutating func finish() throws(JSONFlaw) {
        skipBlanks()
        guard position == end else { throw flaw }
    }

    // MARK: Objects and arrays

    mutating func begin(_ bracket: UInt8) throws(JSONFlaw) {
        skipBlanks()
        guard position < end, base[position] == bracket else { throw flaw }
        position += 1
    }

    mutating func beginObject() throws(JSONFlaw) { try begin(UInt8(ascii: "{")) }
    mutating func beginArray() throws(JSONFlaw) { try begin(UInt8(ascii: "[")) }

    /// The next key of an object, with the colon behind it; nil at the object's end. `isFirst` is the caller's, true at first.
    mutating func nextKey(_ isFirst: inout Bool) throws(JSONFlaw) -> JSONText? {
        guard try another(&isFirst, UInt8(ascii: "}")) else { return nil }
        let key = try string()
        skipBlanks()
        guard position < end, base[position] == UInt8(ascii: ":") else { throw flaw }
        position += 1
        return key
    }

    /// Whether an array goes on.
    mutating func nextElement(_ isFirst: inout Bool) throws(JSONFlaw) -> Bool {
        try another(&isFirst, UInt8(ascii: "]"))
    }

    private mutating func another(_ isFirst: inout Bool, _ closing: UInt8) throws(JSONFlaw) -> Bool {
        skipBlanks()
        guard position < end else { throw flaw }
        if base[position] == closing {
            position += 1
            return false
        }
        if isFirst {
            isFirst = false
            return true
        }
        guard base[position] == UInt8(ascii: ",") else { throw flaw }
        position += 1
        skipBlanks()
        // A comma before the end is none of JSON.
        guard position < end, base[position] != closing else { throw flaw }
        return true
    }

    // MARK: Values

    mutating func string() throws(JSONFlaw) -> JSONText {
        skipBlanks()
        guard position < end, base[position] == UInt8(ascii: "\"") else { throw flaw }
        position += 1
        let start = position
        var hasEscapes = false
        while position < end {
            let byte = base[position]
            if byte == UInt8(ascii: "\"") {
                let raw = Bytes(start: base + start, count: position - start)
                position += 1
                return JSONText(raw: raw, hasEscapes: hasEscapes)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                try escape()
            } else {
                guard byte >= 0x20 else { throw flaw }
                position += 1
            }
        }
        throw flaw
    }

    private mutating func escape() throws(JSONFlaw) {
        guard position + 1 < end else { throw flaw }
        switch base[position + 1] {
        case UInt8(ascii: "u"):
            guard position + 5 < end else { throw flaw }
            for offset in 2...5 where Self.hexDigit(base[position + offset]) == nil { throw flaw }
            position += 6
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        default: throw flaw
        }
    }

    /// `true` or `false`.
    mutating func bool() throws(JSONFlaw) -> Bool {
        skipBlanks()
        if word("true") { return true }
        if word("false") { return false }
        throw flaw
    }

    /// A whole number; anything else of a number is passed over and gives nil.
    mutating func integer() throws(JSONFlaw) -> Int? {
        skipBlanks()
        let start = position
        try skipValue()
        return Int(String(decoding: Bytes(start: base + start, count: position - start), as: UTF8.self))
    }

    mutating func skipValue() throws(JSONFlaw) { try skipValue(depth: 0) }

    private mutating func skipValue(depth: Int) throws(JSONFlaw) {
        guard depth < Self.depthLimit else { throw flaw }
        var isFirst = true
        switch try kind() {
        case .string: _ = try string()
        case .object:
            try beginObject()
            while try nextKey(&isFirst) != nil { try skipValue(depth: depth + 1) }
        case .array:
            try beginArray()
            while try nextElement(&isFirst) { try skipValue(depth: depth + 1) }
        case .bool: _ = try bool()
        case .null: guard word("null") else { throw flaw }
        case .number:
            while position < end, Self.isOfNumber(base[position]) { position += 1 }
        }
    }

    private mutating func word(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count <= end else { return false }
        for index in 0..<count where base[position + index] != text.utf8Start[index] { return false }
        position += count
        return true
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
