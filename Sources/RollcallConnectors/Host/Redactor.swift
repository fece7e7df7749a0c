internal import RollcallCore

/// Takes a job's secrets out of everything that a worker says before anybody reads it: logs, problems, standard error.
/// Knows each secret of 6 bytes or more as it is, line by line, and in the encodings that client libraries print:
/// base64 (at any offset, both alphabets), percent and form encoding, JSON. Shorter ones cannot be told from ordinary
/// words.
package struct Redactor: Sendable {
    private static let mark = Array("[secret]".utf8)

    /// By first byte, the longest first.
    private let needles: [[[UInt8]]]
    private let isIdle: Bool

    package init(secrets: [String]) {
        var forms = Set<[UInt8]>()
        for secret in secrets {
            let bytes = Array(secret.utf8)
            guard bytes.count >= 6 else { continue }
            Self.addForms(of: bytes, to: &forms)
            let lines = bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
            // A key in PEM is printed line by line.
            if lines.count > 1 {
                for line in lines where line.count >= 16 { Self.addForms(of: Array(line), to: &forms) }
            }
        }
        var table = [[[UInt8]]](repeating: [], count: 256)
        for form in forms.sorted(by: { $0.count > $1.count }) { table[Int(form[0])].append(form) }
        needles = table
        isIdle = forms.isEmpty
    }

    func redact(_ bytes: [UInt8]) -> [UInt8] {
        if isIdle { return bytes }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = 0
        scan: while index < bytes.count {
            for needle in needles[Int(bytes[index])]
            where bytes.count - index >= needle.count && bytes[index..<index + needle.count].elementsEqual(needle) {
                out += Self.mark
                index += needle.count
                continue scan
            }
            out.append(bytes[index])
            index += 1
        }
        return out
    }

    package func redact(_ text: String) -> String {
        isIdle ? text : String(decoding: redact(Array(text.utf8)), as: UTF8.self)
    }

    func redact(_ problem: Problem) -> Problem {
        Problem(
            problem.class, field: problem.field, text: redact(problem.text), detail: problem.detail.map { redact($0) })
    }

    private static func addForms(of secret: [UInt8], to forms: inout Set<[UInt8]>) {
        forms.insert(secret)
        for upper in [true, false] { forms.insert(percent(secret, upper: upper, blank: nil)) }
        forms.insert(percent(secret, upper: true, blank: UInt8(ascii: "+")))
        for slash in [true, false] {
            for unicode in [true, false] { forms.insert(json(secret, escapesSlash: slash, escapesUnicode: unicode)) }
        }
        for offset in 0..<3 {
            let core = base64Core(secret, offset: offset)
            guard core.count >= 6 else { continue }
            forms.insert(core)
            forms.insert(
                core.map {
                    $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0
                })
        }
    }

    private static func percent(_ bytes: [UInt8], upper: Bool, blank: UInt8?) -> [UInt8] {
        let digits = Array((upper ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
        return bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: return [byte]
            case 0x20 where blank != nil: return [blank ?? byte]
            default: return [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }

    private static func json(_ bytes: [UInt8], escapesSlash: Bool, escapesUnicode: Bool) -> [UInt8] {
        func hex(_ value: UInt16) -> [UInt8] {
            let digits = String(value, radix: 16)
            return Array("\\u".utf8) + Array(repeating: 0x30, count: 4 - digits.utf8.count) + Array(digits.utf8)
        }
        var out: [UInt8] = []
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\"", "\\": out += [0x5C, UInt8(scalar.value)]
            case "/" where escapesSlash: out += [0x5C, 0x2F]
            case "\n": out += Array("\\n".utf8)
            case "\r": out += Array("\\r".utf8)
            case "\t": out += Array("\\t".utf8)
            case _ where scalar.value < 0x20: out += hex(UInt16(scalar.value))
            case _ where scalar.value >= 0x80 && escapesUnicode:
                for unit in String(scalar).utf16 { out += hex(unit) }
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
