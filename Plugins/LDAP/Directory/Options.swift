/// The settings of an LDAP source, with their defaults, checked once: what is wrong names its field.

internal import ConnectorKit

struct Options: Sendable {
    enum Security: String, Sendable { case startTLS = "starttls", ldaps, none }
    /// `auto`, `off`, or one way and no other.
    enum Incremental: String, Sendable { case auto, off, dirsync, usn, syncrepl, timestamp }

    var preset: Preset
    var servers: [ServerName]
    var security: Security
    var port: Int?
    var authorityFile: String
    var user: String
    var password: [UInt8]
    var baseDN: String
    var filter: String
    /// The filter is the administrator's own, so groups without an address must be asked for beside it.
    var isOwnFilter: Bool
    var emailAttribute: String
    var aliasAttributes: [String]
    var listAttribute: String
    var listValues: [String]
    var idAttribute: String?
    var pageSize: Int
    var incremental: Incremental
    var connectTimeout: Int64
    var answerTimeout: Int64

    init(_ settings: Pairs) throws(Stop) {
        func text(_ name: String, _ standard: String = "") -> String {
            let value = settings.text(name).trimmed
            return value.isEmpty ? standard : value
        }
        preset = Preset(rawValue: text("preset", "active-directory")) ?? .custom
        security = Security(rawValue: text("security", "starttls")) ?? .startTLS
        port = Int(text("port"))
        servers = try Self.servers(settings.list("servers"))
        authorityFile = text("ca_file")
        user = text("user")
        password = settings.bytes("password") ?? []
        baseDN = text("base_dn")
        isOwnFilter = !text("filter").isEmpty
        filter = text("filter", preset.filter)
        emailAttribute = text("email_attribute", preset.emailAttribute)
        let aliases = settings.list("alias_attributes").flatMap { $0.words }
        aliasAttributes = aliases.isEmpty ? preset.aliasAttributes : aliases
        listAttribute = text("list_attribute", preset.listAttribute)
        let listValue = text("list_value").asciiLowercased
        listValues = listValue.isEmpty ? preset.listValues : [listValue]
        let id = text("id_attribute")
        idAttribute = id.isEmpty ? preset.idAttribute : id
        pageSize = min(max(settings.number("page_size", standard: 1000), 1), 100_000)
        incremental = Incremental(rawValue: text("incremental", "auto")) ?? .auto
        connectTimeout = Int64(min(max(settings.number("connect_timeout", standard: 10), 1), 600)) * 1000
        answerTimeout = Int64(min(max(settings.number("answer_timeout", standard: 120), 1), 3600)) * 1000
    }

    /// What only a sync or a test needs: the form may still be half filled in while the instance is made.
    func checked() throws(Stop) -> Options {
        guard !servers.isEmpty else { throw .badSettings("servers", "No server is named.") }
        guard !baseDN.isEmpty else {
            throw .badSettings("base_dn", "No base DN is given; the suggestions come from the server.")
        }
        if let flaw = Filter.flaw(in: filter) {
            throw .badSettings("filter", "The search string \(flaw).", detail: filter)
        }
        try checkNames()
        try checkSignIn()
        return self
    }

    func checkSignIn() throws(Stop) {
        // A bind with a name and an empty password is an anonymous success (RFC 4513 5.1.2), on some servers.
        if !user.isEmpty, password.isEmpty {
            throw .badSettings("password", "The user \(user) has no password; an empty one would sign in as nobody.")
        }
    }

    private func checkNames() throws(Stop) {
        let names =
            [("email_attribute", emailAttribute), ("list_attribute", listAttribute)]
            + aliasAttributes.map { ("alias_attributes", $0) } + (idAttribute.map { [("id_attribute", $0)] } ?? [])
        for (field, name) in names where !Filter.isAttributeName(name) {
            throw .badSettings(field, "\"\(name)\" is no attribute name.")
        }
    }

    private static func servers(_ values: [String]) throws(Stop) -> [ServerName] {
        var names: [ServerName] = []
        for word in values.flatMap({ $0.words }) {
            guard let name = ServerName(word) else {
                throw .badSettings("servers", "\"\(word)\" is no server: write host or host:port, separated by commas.")
            }
            names.append(name)
        }
        return names
    }

    /// Of everything that decides what an entry becomes. A state made under another digest proves nothing.
    var digest: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let parts =
            [
                LDAPDirectory.version, preset.rawValue, baseDN, filter, emailAttribute, listAttribute,
                idAttribute ?? "",
                user, incremental.rawValue,
            ] + aliasAttributes + ["|"] + listValues
        for byte in parts.joined(separator: "\u{0}").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}

/// An entry of the setting `servers`: `host`, `host:port` or `[address]:port`.
struct ServerName: Sendable, Equatable {
    var host: String
    var port: Int?

    init(host: String, port: Int?) {
        self.host = host
        self.port = port
    }

    init?(_ word: String) {
        var rest = word[...]
        // A URL is what people paste.
        for scheme in ["ldaps://", "ldap://"] where rest.asciiLowercased.hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
        }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        var portText: Substring?
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            let after = rest[rest.index(after: end)...]
            if !after.isEmpty {
                guard after.hasPrefix(":") else { return nil }
                portText = after.dropFirst()
            }
            rest = rest[rest.index(after: rest.startIndex)..<end]
        } else if rest.utf8.filter({ $0 == UInt8(ascii: ":") }).count == 1, let colon = rest.firstIndex(of: ":") {
            portText = rest[rest.index(after: colon)...]
            rest = rest[..<colon]
        }
        guard !rest.isEmpty, rest.utf8.allSatisfy(Self.isHostByte) else { return nil }
        host = String(rest)
        if let portText {
            guard let number = Int(portText), (1...65535).contains(number) else { return nil }
            port = number
        }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: ":"):
            true
        default: false
        }
    }

    /// May be looked up in SRV records: a name with a dot that is no address, and no port to say that a host is meant.
    var mayBeDomain: Bool {
        port == nil && host.contains(".") && !host.contains(":")
            && host.utf8.contains { $0 != UInt8(ascii: ".") && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
