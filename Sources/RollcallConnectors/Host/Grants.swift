internal import RollcallCore

/// What the sandbox opens for one instance beside the system's own files: what its settings name, and nothing else.
enum Grants {
    /// The local files and directories that settings of type path, url or file name.
    static func paths(_ settings: [(name: String, value: String)], tab: TabDocument?) -> [String] {
        settings.compactMap { setting in
            guard let type = tab?.field(setting.name)?.type, [.path, .url, .file].contains(type) else { return nil }
            return localPath(setting.value)
        }
    }

    static func localPath(_ value: String) -> String? {
        if value.utf8.first == UInt8(ascii: "/") { return value }
        let lowered = value.prefix(5).lowercased()
        guard lowered == "file:" else { return nil }
        var rest = value.dropFirst(5)
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            guard let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
            rest = rest[slash...]
        }
        return rest.hasPrefix("/") ? percentDecoded(rest) : nil
    }

    /// The ports that may be connected to: the manifest's, those that the settings name, the proxies', and the name
    /// service's. `nil`, any, where the manifest has no such list.
    static func ports(
        _ settings: [(name: String, value: String)], connector: ConnectorInfo,
        environment: [(name: String, value: String)]
    ) -> [UInt16]? {
        guard let declared = connector.ports else { return nil }
        var ports = Set(declared)
        ports.insert(53)
        for setting in settings {
            guard let field = connector.tab?.field(setting.name) else { continue }
            switch field.type {
            case .number where field.id == "port" || field.id.hasSuffix("_port"):
                if let port = UInt16(setting.value) { ports.insert(port) }
            case .host, .url, .text, .path, .list: ports.formUnion(named(in: setting.value))
            default: break
            }
        }
        for each in environment where each.name.lowercased().hasSuffix("_proxy") {
            ports.formUnion(named(in: each.value))
        }
        return ports.sorted()
    }

    /// The numbers behind colons: `host:port`, in a URL or a list of servers.
    private static func named(in value: String) -> [UInt16] {
        let bytes = Array(value.utf8)
        return bytes.indices.compactMap { index in
            guard bytes[index] == UInt8(ascii: ":") else { return nil }
            let digits = bytes[(index + 1)...].prefix { $0 >= 0x30 && $0 <= 0x39 }
            return digits.isEmpty ? nil : UInt16(String(decoding: digits, as: UTF8.self))
        }
    }

    private static func percentDecoded(_ text: Substring) -> String {
        var out: [UInt8] = []
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "%"), bytes.count >= 2,
                let value = UInt8(String(decoding: bytes.prefix(2), as: UTF8.self), radix: 16)
            {
                out.append(value)
                bytes = bytes.dropFirst(2)
            } else {
                out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
