internal import RollcallCore

/// Where mail goes out, as the configuration says it (`mail.*`).
package struct MailSettings: Sendable {
    package var server: MailServer
    package var from: MailAddress
    package var user: String?
    package var password: String?
    /// Certificates in PEM that are trusted in place of the system's.
    package var authorityFile: String?

    package init(
        server: MailServer, from: MailAddress, user: String? = nil, password: String? = nil,
        authorityFile: String? = nil
    ) {
        self.server = server
        self.from = from
        self.user = user
        self.password = password
        self.authorityFile = authorityFile
    }
}

/// `smtp://HOST[:PORT]`, `smtps://HOST[:PORT]`, or `sendmail:PATH`: a program that takes a message on standard input.
package enum MailServer: Sendable, Equatable {
    case smtp(host: String, port: Int, isEncrypted: Bool)
    case sendmail(path: String)

    package init?(_ text: String) {
        if text.hasPrefix("sendmail:") {
            let path = String(text.dropFirst(9))
            guard path.hasPrefix("/"), path.utf8.count > 1 else { return nil }
            self = .sendmail(path: path)
            return
        }
        let isEncrypted = text.hasPrefix("smtps://")
        guard isEncrypted || text.hasPrefix("smtp://") else { return nil }
        var rest = text.dropFirst(isEncrypted ? 8 : 7)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        var port = isEncrypted ? 465 : 25
        // An IPv6 address is in brackets, and the colons in it are no port.
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("]") {
            guard let given = Int(rest[rest.index(after: colon)...]), (1...65_535).contains(given) else { return nil }
            port = given
            rest = rest[..<colon]
        }
        let isName = rest.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
            case UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"): rest.hasPrefix("[") && rest.hasSuffix("]")
            default: false
            }
        }
        guard !rest.isEmpty, isName else { return nil }
        self = .smtp(host: String(rest), port: port, isEncrypted: isEncrypted)
    }

    /// Mail to this machine itself crosses no wire.
    var isLoopback: Bool {
        switch self {
        case .sendmail: true
        case .smtp(let host, _, _): host == "localhost" || host == "[::1]" || host.hasPrefix("127.")
        }
    }
}
