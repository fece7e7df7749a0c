/// The dresses in which programs print a secret: as it is, base64 (at any offset, both alphabets), hex, percent and form
/// encoding, JSON, HTML, quoted-printable. Of a text of several lines (a key in PEM) also each line by itself.
enum SecretForms {
    /// Shorter ones cannot be told from ordinary words.
    static let shortest = 6

    static func all(of secret: [UInt8]) -> Set<[UInt8]> {
        var forms = Set<[UInt8]>()
        guard secret.count >= shortest else { return forms }
        add(secret, to: &forms)
        let lines = secret.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
        if lines.count > 1 { for line in lines where line.count >= 16 { add(Array(line), to: &forms) } }
        return forms
    }

    private static func add(_ secret: [UInt8], to forms: inout Set<[UInt8]>) {
        forms.insert(secret)
        for upper in [true, false] {
            forms.insert(percent(secret, upper: upper, blank: nil))
            forms.insert(secret.flatMap { hex($0, upper: upper) })
            // Some encoders spare no byte.
            forms.insert(secret.flatMap { [0x25] + hex($0, upper: upper) })
        }
        forms.insert(percent(secret, upper: true, blank: UInt8(ascii: "+")))
        forms.insert(quotedPrintable(secret))
        for slash in [true, false] {
            for unicode in [true, false] { forms.insert(json(secret, escapesSlash: slash, escapesUnicode: unicode)) }
        }
        for apostrophe in ["&#39;", "&#x27;", "'"] {
            for quote in ["&quot;", "&#34;"] { forms.insert(html(secret, apostrophe, quote)) }
        }
        for offset in 0..<3 {
            let core = base64Core(secret, offset: offset)
            guard core.count >= shortest else { continue }
            forms.insert(core)
            forms.insert(
                core.map {
                    $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0
                })
        }
    }

    private static func hex(_ byte: UInt8, upper: Bool) -> [UInt8] {
        let digits = Array((upper ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    private static func percent(_ bytes: [UInt8], upper: Bool, blank: UInt8?) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: [byte]
            case 0x20 where blank != nil: [blank ?? byte]
            default: [0x25] + hex(byte, upper: upper)
            }
        }
    }

    /// Line ends stay what they are, as in a mail's text; where a line was folded is the matcher's matter.
    private static func quotedPrintable(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case 0x3D: [0x3D] + hex(byte, upper: true)
            case 0x20...0x7E, 0x09, 0x0A, 0x0D: [byte]
            default: [0x3D] + hex(byte, upper: true)
            }
        }
    }

    private static func html(_ bytes: [UInt8], _ apostrophe: String, _ quote: String) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "&"): Array("&amp;".utf8)
            case UInt8(ascii: "<"): Array("&lt;".utf8)
            case UInt8(ascii: ">"): Array("&gt;".utf8)
            case UInt8(ascii: "\""): Array(quote.utf8)
            case UInt8(ascii: "'"): Array(apostrophe.utf8)
            default: [byte]
            }
        }
    }

    private static func json(_ bytes: [UInt8], escapesSlash: Bool, escapesUnicode: Bool) -> [UInt8] {
        func escaped(_ value: UInt16) -> [UInt8] {
            Array("\\u".utf8) + hex(UInt8(value >> 8), upper: false) + hex(UInt8(value & 255), upper: false)
        }
        var out: [UInt8] = []
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\"", "\\": out += [0x5C, UInt8(scalar.value)]
            case "/" where escapesSlash: out += [0x5C, 0x2F]
            case "\n": out += Array("\\n".utf8)
            case "\r": out += Array("\\r".utf8)
            case "\t": out += Array("\\t".utf8)
            case _ where scalar.value < 0x20: out += escaped(UInt16(scalar.value))
            case _ where scalar.value >= 0x80 && escapesUnicode:
                for unit in String(scalar).utf16 { out += escaped(unit) }
            default: out += Array(String(scalar).utf8)
            }
        }
        return out
    }

    /// The characters of base64 that depend on the secret alone, when `offset` bytes stand before it (a user name in
    /// Basic authentication).
    private static func base64Core(_ secret: [UInt8], offset: Int) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let bytes = [UInt8](repeating: 0, count: offset) + secret
        let whole = bytes.count / 3 * 3
        var out: [UInt8] = []
        for start in stride(from: 0, to: whole, by: 3) {
            let group = Int(bytes[start]) << 16 | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2])
            for shift in [18, 12, 6, 0] { out.append(alphabet[group >> shift & 63]) }
        }
        let rest = Array(bytes[whole...])
        if rest.count >= 1 { out.append(alphabet[Int(rest[0]) >> 2]) }
        if rest.count == 2 { out.append(alphabet[(Int(rest[0]) & 3) << 4 | Int(rest[1]) >> 4]) }
        // What `offset` foreign bytes touch: 8 bits are the first two characters, 16 bits the first three.
        return Array(out.dropFirst(offset == 0 ? 0 : offset + 1))
    }
}
