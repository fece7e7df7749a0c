/// What may not stand in an address beyond ASCII, wherever it stands. Decodes UTF-8 strictly by itself: Swift's String
/// would put U+FFFD for what it cannot read, and a Character can hide a forbidden scalar behind a harmless one.
enum ScalarRules {
    /// What the text of an address, or of a domain, holds.
    struct Verdict {
        var flaw: AddressFlaw?
        var hasBlank = false
        var isASCII = true
    }

    static func verdict(on bytes: UnsafeBufferPointer<UInt8>) -> Verdict {
        var verdict = Verdict()
        var reader = UTF8Reader(bytes)
        while !reader.isAtEnd {
            guard let scalar = reader.next() else {
                verdict.flaw = .notUTF8
                return verdict
            }
            if scalar.value >= 0x80 { verdict.isASCII = false }
            if isBlank(scalar) {
                verdict.hasBlank = true
            } else if let flaw = flaw(of: scalar) {
                verdict.flaw = flaw
                return verdict
            }
        }
        return verdict
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x80 ? scalar.value == 0x20 : scalar.properties.generalCategory == .spaceSeparator
    }

    /// Unicode's format characters are as invisible as control characters and count as such, but for the two joiners
    /// that Indic and Persian words need. U+FFFD is what another program left of bytes that it could not read.
    private static func flaw(of scalar: Unicode.Scalar) -> AddressFlaw? {
        switch scalar.value {
        case 0x20...0x7E: return nil
        case 0x00...0x9F: return .control
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: return .bidi
        case 0x200C, 0x200D: return nil
        case 0xFFFD: return .notUTF8
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return .control
        case .unassigned, .privateUse, .surrogate: return .unassigned
        default: return nil
        }
    }
}

/// Reads scalars from bytes; `nil` for whatever RFC 3629 does not allow: stray and missing continuation bytes, forms
/// that are longer than need be, surrogates, and numbers past U+10FFFF.
struct UTF8Reader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { position >= bytes.count }

    mutating func next() -> Unicode.Scalar? {
        guard position < bytes.count else { return nil }
        let first = bytes[position]
        let length: Int
        let least: UInt32
        var value: UInt32
        switch first {
        case 0x00...0x7F:
            position += 1
            return Unicode.Scalar(first)
        case 0xC2...0xDF: (length, least, value) = (2, 0x80, UInt32(first & 0x1F))
        case 0xE0...0xEF: (length, least, value) = (3, 0x800, UInt32(first & 0x0F))
        case 0xF0...0xF4: (length, least, value) = (4, 0x1_0000, UInt32(first & 0x07))
        default: return nil
        }
        guard bytes.count - position >= length else { return nil }
        for offset in 1..<length {
            let byte = bytes[position + offset]
            guard byte & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        guard value >= least else { return nil }
        position += length
        return Unicode.Scalar(value)
    }
}
