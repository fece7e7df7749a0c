/// Records of RFC 2849 text: folded lines, base64 values, comments; LF or CR+LF.
///
/// A record is first found whole in the buffer; then each of its lines is unfolded and decoded in place.

internal import ConnectorKit

struct LDIFReader: ~Copyable {
    /// Where the record read last begins.
    private(set) var line = 1
    /// Whether an empty line followed it, which says that it was whole.
    private(set) var endsWithEmptyLine = false
    private var nextLine = 1
    private var at = 0
    private var end = 0

    /// Finds the next record; false at the end of the file, which must not come in the middle of a line.
    mutating func next(_ reader: ByteReader) throws(Stop) -> Bool {
        try skipBlankLines(reader)
        line = nextLine
        var looked = 0
        while true {
            let bytes = reader.slice(reader.start, reader.end)
            while let hit = bytes.firstIndex(ofByte: 0x0A, from: looked) {
                let after = hit + 1
                let isEnd =
                    after < bytes.count
                    && (bytes[after] == 0x0A
                        || (bytes[after] == 0x0D && after + 1 < bytes.count && bytes[after + 1] == 0x0A))
                // Whether an empty line follows is only known with two more bytes, or at the end.
                if after + 1 >= bytes.count, !isEnd, !reader.atEnd { break }
                nextLine += 1
                looked = after
                if isEnd {
                    set(reader, length: after)
                    endsWithEmptyLine = true
                    return true
                }
            }
            if try reader.more() { continue }
            // At the very end: what the loop could not decide is decided now.
            let rest = reader.slice(reader.start, reader.end)
            if rest.isEmpty { return false }
            guard rest[rest.count - 1] == 0x0A else {
                throw .failed("The LDIF ends in the middle of a line, in the entry on line \(line): it has been cut.")
            }
            if looked < rest.count { continue }
            set(reader, length: rest.count)
            endsWithEmptyLine = false
            return true
        }
    }

    private mutating func set(_ reader: ByteReader, length: Int) {
        at = reader.start
        end = reader.start + length
        reader.start = end
    }

    private mutating func skipBlankLines(_ reader: ByteReader) throws(Stop) {
        while true {
            while reader.start < reader.end {
                let byte = reader.base[reader.start]
                guard byte == 0x0A || byte == 0x0D else { return }
                if byte == 0x0A { nextLine += 1 }
                reader.start += 1
            }
            if try !reader.more() { return }
        }
    }

    // MARK: Lines of the record

    struct Attribute {
        /// Without options such as `;binary`.
        var name = Bytes.none
        var value = Bytes.none
        var flaw: String?
    }

    /// The next attribute of the record; nil at its end. Comments are passed over.
    mutating func attribute(_ reader: ByteReader) -> Attribute? {
        while at < end {
            let from = at
            let to = unfold(reader)
            let text = reader.slice(from, to)
            if text.isEmpty || text[0] == 0x23 { continue }
            return Self.attribute(text, reader.base + from)
        }
        return nil
    }

    /// Joins a line with the lines that continue it, in place; where the joined line ends.
    private mutating func unfold(_ reader: ByteReader) -> Int {
        let base = reader.base
        var to = at
        while true {
            let lineEnd = reader.slice(at, end).firstIndex(ofByte: 0x0A).map { at + $0 } ?? end
            let textEnd = lineEnd > at && base[lineEnd - 1] == 0x0D ? lineEnd - 1 : lineEnd
            if to != at {
                (base + to).update(from: base + at, count: textEnd - at)
            }
            to += textEnd - at
            at = min(lineEnd + 1, end)
            guard at < end, base[at] == 0x20 else { return to }
            at += 1
        }
    }

    private static func attribute(_ text: Bytes, _ base: UnsafeMutablePointer<UInt8>) -> Attribute {
        guard let colon = text.firstIndex(ofByte: 0x3A) else {
            return Attribute(flaw: "has a line without a colon")
        }
        let option = text.firstIndex(ofByte: 0x3B).map { min($0, colon) } ?? colon
        var result = Attribute(name: Bytes(rebasing: text[0..<option]).trimmed)
        var from = colon + 1
        guard from < text.count else { return result }
        switch text[from] {
        case 0x3C: result.flaw = "takes a value from a URL, which is not followed"
        case 0x3A:
            from += 1
            while from < text.count, text[from] == 0x20 { from += 1 }
            if let length = Base64.undo(base + from, text.count - from) {
                result.value = Bytes(start: base + from, count: length)
            } else {
                result.flaw = "has a base64 value that is damaged"
            }
        default:
            while from < text.count, text[from] == 0x20 { from += 1 }
            result.value = Bytes(rebasing: text[from...])
        }
        return result
    }
}

/// Base64, undone in place.
enum Base64 {
    /// How long the result is, from the same start; nil where the text is not whole.
    static func undo(_ base: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int? {
        var length = count
        while length > 0, base[length - 1] == 0x20 { length -= 1 }
        guard length % 4 == 0 else { return nil }
        var padding = 0
        while padding < 2, length > padding, base[length - 1 - padding] == 0x3D { padding += 1 }
        var to = 0
        var bits: UInt32 = 0
        for index in 0..<length {
            let isPadding = index >= length - padding
            guard let digit = isPadding ? 0 : value(base[index]) else { return nil }
            bits = bits << 6 | digit
            if index % 4 == 3 {
                base[to] = UInt8(bits >> 16 & 0xFF)
                base[to + 1] = UInt8(bits >> 8 & 0xFF)
                base[to + 2] = UInt8(bits & 0xFF)
                to += 3
                bits = 0
            }
        }
        return to - padding
    }

    static func text(_ bytes: Bytes) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let rest = min(3, bytes.count - start)
            var bits: UInt32 = 0
            for offset in 0..<3 { bits = bits << 8 | (offset < rest ? UInt32(bytes[start + offset]) : 0) }
            for digit in 0..<4 {
                text.append(digit > rest ? 0x3D : digits[Int(bits >> UInt32(18 - 6 * digit)) & 63])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func value(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x41...0x5A: UInt32(byte - 0x41)
        case 0x61...0x7A: UInt32(byte - 0x61 + 26)
        case 0x30...0x39: UInt32(byte - 0x30 + 52)
        case 0x2B: 62
        case 0x2F: 63
        default: nil
        }
    }
}
