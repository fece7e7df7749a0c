/// HTML as Swift writes it: a string literal whose interpolated values are escaped, always, on their UTF-8 bytes. There
/// is no way to put a String into a page unescaped; only HTML made the same way goes in as it is.
///
/// Bytes, because Swift's Character joins a quote with a combining mark behind it, and an escaper that looks for the
/// Character `"` then misses what a browser takes for the end of an attribute.
package struct HTML: Sendable, Equatable, ExpressibleByStringInterpolation {
    package private(set) var bytes: [UInt8]

    package init(stringLiteral value: StaticString) {
        bytes = value.withUTF8Buffer { Array($0) }
    }

    package init(stringInterpolation: Interpolation) { bytes = stringInterpolation.bytes }

    package init() { bytes = [] }

    /// Text from anywhere, escaped.
    package init(text: String) { self = "\(text)" }

    package static func + (a: HTML, b: HTML) -> HTML {
        var sum = a
        sum.bytes += b.bytes
        return sum
    }

    package static func += (a: inout HTML, b: HTML) { a.bytes += b.bytes }

    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var bytes: [UInt8] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            bytes.reserveCapacity(literalCapacity + interpolationCount * 24)
        }

        package mutating func appendLiteral(_ literal: StaticString) {
            literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
        }

        package mutating func appendInterpolation(_ html: HTML) { bytes += html.bytes }

        package mutating func appendInterpolation(_ html: HTML?) { if let html { bytes += html.bytes } }

        package mutating func appendInterpolation(_ parts: [HTML]) { for part in parts { bytes += part.bytes } }

        package mutating func appendInterpolation(_ number: Int) { bytes += String(number).utf8 }

        package mutating func appendInterpolation(_ number: Int64) { bytes += String(number).utf8 }

        /// Text to be read. What a reader could not see, or would see in the wrong order, becomes a visible mark.
        package mutating func appendInterpolation(_ text: String) { Escape.text(text, visibly: true, to: &bytes) }

        /// Text that comes back with a form as it was.
        package mutating func appendInterpolation(field text: String) { Escape.text(text, visibly: false, to: &bytes) }
    }
}

/// The one escaper.
package enum Escape {
    package static func text(_ text: String, visibly: Bool, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { utf8 in
            var index = 0
            while index < utf8.count {
                let byte = utf8[index]
                switch byte {
                case UInt8(ascii: "&"): bytes += "&amp;".utf8
                case UInt8(ascii: "<"): bytes += "&lt;".utf8
                case UInt8(ascii: ">"): bytes += "&gt;".utf8
                case UInt8(ascii: "\""): bytes += "&quot;".utf8
                case UInt8(ascii: "'"): bytes += "&#39;".utf8
                case UInt8(ascii: "`"): bytes += "&#96;".utf8
                case 0x09, 0x0A, 0x0D: bytes.append(byte)
                case 0..<0x20, 0x7F: mark(UInt32(byte), to: &bytes)
                default:
                    if visibly, let (scalar, length) = hidden(utf8, index) {
                        mark(scalar, to: &bytes)
                        index += length - 1
                    } else {
                        bytes.append(byte)
                    }
                }
                index += 1
            }
        }
    }

    /// Controls of C1 and marks that turn the direction of what follows.
    private static func hidden(_ utf8: UnsafeBufferPointer<UInt8>, _ index: Int) -> (scalar: UInt32, length: Int)? {
        let byte = utf8[index]
        if byte == 0xC2, index + 1 < utf8.count, utf8[index + 1] < 0xA0 { return (UInt32(utf8[index + 1]), 2) }
        if byte == 0xD8, index + 1 < utf8.count, utf8[index + 1] == 0x9C { return (0x061C, 2) }
        guard byte == 0xE2, index + 2 < utf8.count else { return nil }
        let scalar = UInt32(byte & 0x0F) << 12 | UInt32(utf8[index + 1] & 0x3F) << 6 | UInt32(utf8[index + 2] & 0x3F)
        switch scalar {
        case 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: return (scalar, 3)
        default: return nil
        }
    }

    private static func mark(_ scalar: UInt32, to bytes: inout [UInt8]) {
        let digits = String(scalar, radix: 16, uppercase: true)
        bytes += "&lt;U+".utf8
        bytes += String(repeating: "0", count: max(0, 4 - digits.utf8.count)).utf8
        bytes += digits.utf8
        bytes += "&gt;".utf8
    }

    /// For a part of a path or a query.
    package static func url(_ text: String) -> String {
        var bytes: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
