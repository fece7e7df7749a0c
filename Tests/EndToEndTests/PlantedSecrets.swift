import Foundation

/// Secrets that a test plants, and the search for them in all the dresses that they may have got. Written apart from the
/// program's own redactor, so that one does not share the other's blind spots.
struct PlantedSecrets {
    private(set) var values: [(name: String, bytes: [UInt8])] = []

    mutating func plant(_ name: String, _ value: String) { values.append((name, Array(value.utf8))) }

    /// Where one of them stands in a text or file, as `NAME (dress)`.
    func found(in data: Data) -> [String] {
        // A fold put in by an encoder hides nothing.
        var flat = [UInt8]()
        flat.reserveCapacity(data.count)
        for byte in data where byte != 0x0A && byte != 0x0D { flat.append(byte) }
        let whole = Data(flat)
        var found: [String] = []
        for (name, bytes) in values {
            for (dress, needle) in Self.dresses(bytes) where needle.count >= 6 && whole.range(of: needle) != nil {
                found.append("\(name) (\(dress))")
            }
        }
        return found
    }

    func found(in text: String) -> [String] { found(in: Data(text.utf8)) }

    private static func dresses(_ secret: [UInt8]) -> [(String, Data)] {
        let clean = secret.filter { $0 != 0x0A && $0 != 0x0D }
        var all: [(String, Data)] = [("raw", Data(clean))]
        for (index, prefix) in ["", "x", "xy"].enumerated() {
            let text = Data(Array(prefix.utf8) + secret).base64EncodedString().replacing("=", with: "")
            // What the neighbours do not touch.
            let core = String(text.dropFirst(index == 0 ? 0 : index + 1).dropLast(2))
            all.append(("base64 at \(index)", Data(core.utf8)))
            all.append(
                ("base64url at \(index)", Data(core.replacing("+", with: "-").replacing("/", with: "_").utf8)))
        }
        func each(_ format: (UInt8) -> String) -> Data { Data(clean.map(format).joined().utf8) }
        all.append(("hex", each { String(format: "%02x", $0) }))
        all.append(("HEX", each { String(format: "%02X", $0) }))
        all.append(("percent, all", each { String(format: "%%%02X", $0) }))
        func isPlain(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        for unescaped in ["-._~", "-_.!~*'()", "-._~+"] {
            let set = Set(unescaped.utf8)
            all.append(
                (
                    "percent",
                    each { isPlain($0) || set.contains($0) ? String(UnicodeScalar($0)) : String(format: "%%%02X", $0) }
                ))
        }
        let text = String(decoding: secret, as: UTF8.self)
        if let json = try? JSONSerialization.data(withJSONObject: [text]) {
            all.append(("JSON", json.dropFirst(2).dropLast(2)))
        }
        let html = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;").replacing("\n", with: "")
        all.append(("HTML", Data(html.utf8)))
        all.append(
            (
                "quoted-printable",
                each { $0 == 0x3D || $0 > 0x7E ? String(format: "=%02X", $0) : String(UnicodeScalar($0)) }
            ))
        // Of several lines, each by itself.
        let lines = secret.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
        if lines.count > 1 { for line in lines where line.count >= 16 { all.append(("a line", Data(line))) } }
        return all
    }
}
