/// JSON on bytes that are all there: strings are undone in place, everything else is looked at or skipped.

internal import ConnectorKit

struct JSONFlaw: Error {
    let text: String
    init(_ text: String) { self.text = text }
}

struct JSONCursor {
    static let depthLimit = 64

    private let base: UnsafeMutablePointer<UInt8>
    private(set) var at: Int
    private let end: Int

    init(_ base: UnsafeMutablePointer<UInt8>, from: Int, to: Int) {
        self.base = base
        at = from
        end = to
    }

    /// The next byte that is no blank; 0 at the end.
    mutating func peek() -> UInt8 {
        while at < end, Self.isBlank(base[at]) { at += 1 }
        return at < end ? base[at] : 0
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte, at < end else { return false }
        at += 1
        return true
    }

    var isAtEnd: Bool {
        mutating get {
            _ = peek()
            return at == end
        }
    }

    // MARK: Values

    /// A string, undone: its bytes end where it ended or before.
    mutating func string() throws(JSONFlaw) -> Bytes {
        guard take(0x22) else { throw JSONFlaw("has no string where one is expected") }
        let from = at
        while at < end, base[at] != 0x22, base[at] != 0x5C, base[at] >= 0x20 { at += 1 }
        var to = at
        while at < end, base[at] != 0x22 {
            let byte = base[at]
            if byte < 0x20 { throw JSONFlaw("has a line end or a control character inside a string") }
            at += 1
            if byte == 0x5C {
                try undo(&to)
            } else {
                base[to] = byte
                to += 1
            }
        }
        guard at < end else { throw JSONFlaw("has a string that does not end") }
        at += 1
        return Bytes(start: base + from, count: to - from)
    }

    private mutating func undo(_ to: inout Int) throws(JSONFlaw) {
        guard at < end else { throw JSONFlaw("has a string that does not end") }
        let byte = base[at]
        at += 1
        switch byte {
        case 0x22, 0x5C, 0x2F: put(byte, &to)
        case 0x62: put(0x08, &to)
        case 0x66: put(0x0C, &to)
        case 0x6E: put(0x0A, &to)
        case 0x72: put(0x0D, &to)
        case 0x74: put(0x09, &to)
        case 0x75:
            var scalar = try hex()
            if scalar >= 0xD800, scalar < 0xDC00, at + 1 < end, base[at] == 0x5C, base[at + 1] == 0x75 {
                let mark = at
                at += 2
                let low = try hex()
                if low >= 0xDC00, low < 0xE000 {
                    scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
                } else {
                    at = mark
                }
            }
            for unit in UTF8.encode(Unicode.Scalar(scalar) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter {
                put(unit, &to)
            }
        default: throw JSONFlaw("has an unknown escape in a string")
        }
    }

    private func put(_ byte: UInt8, _ to: inout Int) {
        base[to] = byte
        to += 1
    }

    private mutating func hex() throws(JSONFlaw) -> UInt32 {
        guard at + 4 <= end else { throw JSONFlaw("has a string that does not end") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            switch base[at] {
            case 0x30...0x39: value = value << 4 | UInt32(base[at] - 0x30)
            case 0x41...0x46: value = value << 4 | UInt32(base[at] - 0x37)
            case 0x61...0x66: value = value << 4 | UInt32(base[at] - 0x57)
            default: throw JSONFlaw("has an escape that is no hexadecimal number")
            }
            at += 1
        }
        return value
    }

    /// A number, `true`, `false` or `null`, as it stands there.
    mutating func word() throws(JSONFlaw) -> Bytes {
        _ = peek()
        let from = at
        while at < end, !Self.endsWord(base[at]) { at += 1 }
        let word = Bytes(start: base + from, count: at - from)
        if word.starts(with: "true"), word.count == 4 { return word }
        if word.starts(with: "false"), word.count == 5 { return word }
        if word.starts(with: "null"), word.count == 4 { return word }
        guard let first = word.first, first == 0x2D || (first >= 0x30 && first <= 0x39),
            word.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0) })
        else { throw JSONFlaw("is not JSON") }
        return word
    }

    static func endsWord(_ byte: UInt8) -> Bool {
        isBlank(byte) || byte == 0x2C || byte == 0x5D || byte == 0x7D || byte == 0x3A || byte == 0x22 || byte == 0x5B
            || byte == 0x7B
    }

    /// Walks an array, with `body` to take each value.
    mutating func array(_ body: (inout JSONCursor) throws(JSONFlaw) -> Void) throws(JSONFlaw) {
        guard take(0x5B) else { throw JSONFlaw("has no list where one is expected") }
        if take(0x5D) { return }
        repeat { try body(&self) } while take(0x2C)
        guard take(0x5D) else { throw JSONFlaw("has a list that does not end") }
    }

    /// Walks an object, with `body` to take each value.
    mutating func object(_ body: (inout JSONCursor, Bytes) throws(JSONFlaw) -> Void) throws(JSONFlaw) {
        guard take(0x7B) else { throw JSONFlaw("is no JSON object") }
        if take(0x7D) { return }
        repeat {
            let key = try string()
            guard take(0x3A) else { throw JSONFlaw("has a key without a value") }
            try body(&self, key)
        } while take(0x2C)
        guard take(0x7D) else { throw JSONFlaw("is a JSON object that does not end") }
    }

    mutating func skip(depth: Int = 2) throws(JSONFlaw) {
        guard depth <= Self.depthLimit else { throw JSONFlaw("is nested deeper than \(Self.depthLimit) levels") }
        switch peek() {
        case 0x22: _ = try string()
        case 0x7B: try object { (cursor, _) throws(JSONFlaw) in try cursor.skip(depth: depth + 1) }
        case 0x5B: try array { (cursor) throws(JSONFlaw) in try cursor.skip(depth: depth + 1) }
        default: _ = try word()
        }
    }
}
