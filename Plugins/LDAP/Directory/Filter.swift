/// The one place where something becomes part of a filter or a name: RFC 4515 and RFC 4514 on bytes.

enum Filter {
    /// A value in a filter: every byte that is not plainly harmless as `\xx`.
    static func escape(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            if isHarmless(byte) { text.append(byte) } else { appendHex(byte, to: &text) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func escape(_ value: String) -> String { escape(value.utf8) }

    /// A pattern in a filter: `*` stays, everything else is escaped.
    static func escapePattern(_ pattern: String) -> String {
        var text: [UInt8] = []
        for byte in pattern.utf8 {
            if isHarmless(byte) || byte == UInt8(ascii: "*") { text.append(byte) } else { appendHex(byte, to: &text) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// A value inside a DN (RFC 4514).
    static func escapeDN(_ value: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in value {
            if isHarmless(byte) || byte >= 0x80 { text.append(byte) } else { appendHex(byte, to: &text) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func isHarmless(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "@"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func appendHex(_ byte: UInt8, to text: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        text.append(UInt8(ascii: "\\"))
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }

    static func isAttributeName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: "-") else { return false }
        return name.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    // MARK: A configured filter, looked at before it is sent

    /// What is wrong with a filter, as the end of a sentence; nil: nothing. Checks the brackets, the operators and that
    /// each leaf compares an attribute; whether the server knows the attribute is the server's business.
    static func flaw(in filter: String) -> String? {
        var reader = FilterReader(bytes: Array(filter.utf8))
        if let flaw = reader.element(depth: 0) { return flaw }
        return reader.isAtEnd ? nil : "goes on after its last bracket, at byte \(reader.at + 1)"
    }
}

/// RFC 4515 by recursive descent.
private struct FilterReader {
    let bytes: [UInt8]
    var at = 0

    var isAtEnd: Bool { at == bytes.count }
    private var byte: UInt8 { at < bytes.count ? bytes[at] : 0 }

    mutating func element(depth: Int) -> String? {
        guard depth < 64 else { return "is nested more than 64 deep" }
        guard byte == UInt8(ascii: "(") else {
            return isAtEnd ? "ends before its last bracket" : "has no ( at byte \(at + 1)"
        }
        at += 1
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "|"):
            at += 1
            while byte == UInt8(ascii: "(") { if let flaw = element(depth: depth + 1) { return flaw } }
        case UInt8(ascii: "!"):
            at += 1
            if let flaw = element(depth: depth + 1) { return flaw }
        default:
            if let flaw = leaf() { return flaw }
        }
        guard byte == UInt8(ascii: ")") else {
            return isAtEnd ? "ends before its last bracket" : "has no ) at byte \(at + 1)"
        }
        at += 1
        return nil
    }

    private mutating func leaf() -> String? {
        let start = at
        while !isAtEnd, byte != UInt8(ascii: "="), byte != UInt8(ascii: ")"), byte != UInt8(ascii: "(") { at += 1 }
        guard byte == UInt8(ascii: "=") else { return "compares nothing at byte \(start + 1)" }
        guard at > start else { return "names no attribute at byte \(start + 1)" }
        at += 1
        while !isAtEnd, byte != UInt8(ascii: ")") {
            if byte == UInt8(ascii: "(") { return "has a ( inside a value at byte \(at + 1); write it \\28" }
            if byte == UInt8(ascii: "\\") {
                guard at + 2 < bytes.count, isHex(bytes[at + 1]), isHex(bytes[at + 2]) else {
                    return "has a \\ at byte \(at + 1) that two hex digits should follow"
                }
                at += 2
            }
            at += 1
        }
        return nil
    }

    private func isHex(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}

/// `*` stands for any bytes; ASCII letters compare without case.
struct Wildcard: Sendable {
    private let parts: [[UInt8]]
    private let isAnchored: Bool

    init(_ pattern: String) {
        parts = pattern.asciiLowercased.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
            .map(Array.init)
        isAnchored = parts.count == 1
    }

    func matches(_ value: UnsafeRawBufferPointer) -> Bool {
        if isAnchored { return value.count == parts[0].count && hasPart(0, in: value, at: 0) }
        guard value.count >= parts[0].count, hasPart(0, in: value, at: 0) else { return false }
        var at = parts[0].count
        for index in parts.indices.dropFirst().dropLast() {
            while at + parts[index].count <= value.count, !hasPart(index, in: value, at: at) { at += 1 }
            guard at + parts[index].count <= value.count else { return false }
            at += parts[index].count
        }
        let last = parts.count - 1
        let start = value.count - parts[last].count
        return start >= at && hasPart(last, in: value, at: start)
    }

    private func hasPart(_ index: Int, in value: UnsafeRawBufferPointer, at start: Int) -> Bool {
        let part = parts[index]
        guard start + part.count <= value.count else { return false }
        for offset in part.indices {
            var byte = value[start + offset]
            if (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) { byte |= 0x20 }
            if byte != part[offset] { return false }
        }
        return true
    }
}
