/// A request as the pages and the API see it: read completely, decoded once, checked for what is never right.
package struct WebRequest: Sendable {
    package var method: String
    /// Decoded segments of the path.
    package var segments: [String]
    package var path: String
    package var query: WebForm
    /// Names in lower case; the last value of a repeated one, cookies joined.
    package var headers: [String: String]
    package var body: [UInt8]
    /// The peer's address, without its port.
    package var peer: String

    package init(
        method: String, target: String, headers: [String: String] = [:], body: [UInt8] = [], peer: String = "127.0.0.1"
    ) throws(WebFailure) {
        self.method = method
        self.headers = headers
        self.body = body
        self.peer = peer
        let parts = target.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.first.map { String(decoding: Array($0), as: UTF8.self) } ?? "/"
        self.path = path
        query = parts.count > 1 ? try WebForm(Array(parts[1])) : WebForm()
        var segments: [String] = []
        for part in path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: true) {
            guard let text = WebForm.decode(Array(part), plusIsBlank: false), !text.utf8.contains(0), text != "..",
                text != "."
            else { throw WebFailure(400, "The path cannot be read: \(path).") }
            segments.append(text)
        }
        self.segments = segments
    }

    var cookies: [String: String] {
        var cookies: [String: String] = [:]
        for part in (headers["cookie"] ?? "").utf8.split(separator: UInt8(ascii: ";")) {
            let trimmed = part.drop { $0 == 0x20 }
            guard let equals = trimmed.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(decoding: Array(trimmed[..<equals]), as: UTF8.self)
            // The first one stands: a second of the same name was put there by somebody else.
            if cookies[name] == nil {
                cookies[name] = String(decoding: Array(trimmed[trimmed.index(after: equals)...]), as: UTF8.self)
            }
        }
        return cookies
    }

    /// The media type without its parameters.
    var contentType: String {
        let value = headers["content-type"] ?? ""
        let type = value.utf8.prefix { $0 != UInt8(ascii: ";") }.filter { $0 != 0x20 }
        return String(decoding: Array(type), as: UTF8.self).lowercased()
    }

    func form() throws(WebFailure) -> WebForm {
        guard contentType == "application/x-www-form-urlencoded" else {
            throw WebFailure(415, "A form is expected here.")
        }
        return try WebForm(body)
    }
}

/// The pairs of a form or a query, in their order.
package struct WebForm: Sendable {
    package private(set) var pairs: [(name: String, value: String)] = []

    package init() {}

    package init(_ bytes: [UInt8]) throws(WebFailure) {
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            let rest = equals == part.endIndex ? [] : Array(part[part.index(after: equals)...])
            guard let name = Self.decode(Array(part[..<equals])), let value = Self.decode(rest) else {
                throw WebFailure(400, "What was sent is not UTF-8.")
            }
            guard pairs.count < 1000 else { throw WebFailure(400, "The form has too many fields.") }
            pairs.append((name, value))
        }
    }

    package subscript(_ name: String) -> String? { pairs.first { $0.name == name }?.value }

    func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    /// `nil` for what is not UTF-8: it is refused, never mended.
    static func decode(_ bytes: [UInt8], plusIsBlank: Bool = true) -> String? {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x25 {
                guard index + 2 < bytes.count, let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2])
                else { return nil }
                out.append(high << 4 | low)
                index += 3
                continue
            }
            out.append(plusIsBlank && byte == 0x2B ? 0x20 : byte)
            index += 1
        }
        return String(validating: out, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
