/// Where a list is: a file of this machine, or an address that libcurl can fetch from.

internal import ConnectorKit

enum Location: Equatable {
    case file(path: String)
    case remote(url: String, scheme: String)

    static let schemes = ["http", "https", "ftp", "ftps", "sftp"]

    init(_ text: String) throws(Stop) {
        if text.isEmpty { throw .badSettings("location", "Say where the list is: a path or a URL.") }
        if text.hasPrefix("/") {
            self = .file(path: text)
            return
        }
        guard let colon = text.utf8.firstIndex(of: 0x3A),
            let scheme = String(text.utf8[..<colon]).map({ $0.lowercased() }),
            scheme.utf8.allSatisfy({ ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) }), !scheme.isEmpty
        else {
            throw .badSettings("location", "\"\(text)\" is neither a URL nor a path that begins with /.")
        }
        if scheme == "file" {
            self = .file(path: try Self.path(text, after: colon))
            return
        }
        guard Self.schemes.contains(scheme) else {
            throw .badSettings(
                "location",
                "Lists are not read by \(scheme): but from a path or by file, http, https, ftp, ftps or sftp.")
        }
        if let at = text.utf8.firstIndex(of: 0x40), !text.utf8[colon..<at].dropFirst(3).contains(0x2F) {
            throw .badSettings(
                "location",
                "Leave user and password out of the URL: they have fields of their own, where they are kept safe.")
        }
        self = .remote(url: text, scheme: scheme)
    }

    /// `file:/path`, `file:///path`, `file://localhost/path`, percent signs undone.
    private static func path(_ text: String, after colon: String.Index) throws(Stop) -> String {
        var rest = Array(text.utf8[colon...].dropFirst())
        if rest.starts(with: "//".utf8) {
            rest.removeFirst(2)
            if rest.starts(with: "localhost/".utf8) { rest.removeFirst(9) }
        }
        guard rest.first == 0x2F, let path = undoPercent(rest) else {
            throw .badSettings("location", "\"\(text)\" names no file of this machine; write file:///path.")
        }
        return path
    }

    private static func undoPercent(_ bytes: [UInt8]) -> String? {
        var plain: [UInt8] = []
        var at = 0
        while at < bytes.count {
            if bytes[at] == 0x25 {
                guard at + 2 < bytes.count, let high = digit(bytes[at + 1]), let low = digit(bytes[at + 2]) else {
                    return nil
                }
                plain.append(high << 4 | low)
                at += 3
            } else {
                plain.append(bytes[at])
                at += 1
            }
        }
        return plain.contains(0) ? nil : String(validating: plain, as: UTF8.self)
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
