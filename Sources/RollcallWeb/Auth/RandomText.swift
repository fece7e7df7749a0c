internal import Crypto
internal import FoundationEssentials

/// Secrets made by the machine, and the hashes under which the store knows them.
package enum RandomText {
    /// 256 bit, in the letters that need no escaping anywhere.
    package static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<4).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
        return encode(bytes)
    }

    /// `rc_`, 256 bit, and a checksum: so a scanner for leaked secrets knows one when it sees one.
    package static func token() -> String {
        let body = make()
        return "rc_\(body)\(checksum(body))"
    }

    static func isToken(_ text: String) -> Bool {
        guard text.hasPrefix("rc_"), text.utf8.count == 3 + 43 + 6 else { return false }
        let body = String(decoding: text.utf8.dropFirst(3).dropLast(6), as: UTF8.self)
        return text.utf8.suffix(6).elementsEqual(checksum(body).utf8)
    }

    package static func hash(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Data(text.utf8))) }

    /// The token that a session's forms carry: made from what only the browser holds, so nothing need be kept.
    static func formToken(of session: String) -> String { encode(hash("form:" + session)) }

    static func equal(_ a: String, _ b: String) -> Bool {
        let (a, b) = (Array(a.utf8), Array(b.utf8))
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func checksum(_ body: String) -> String { String(encode(hash("rollcall:" + body)).prefix(6)) }

    private static func encode(_ bytes: [UInt8]) -> String {
        let text = Data(bytes).base64EncodedString().utf8.compactMap { byte -> UInt8? in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            case UInt8(ascii: "="): nil
            default: byte
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
