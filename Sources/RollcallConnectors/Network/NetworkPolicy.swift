internal import Glibc

/// Which addresses connectors may reach (`sync.networks`). Judged on the address that is really connected to, never on
/// a name: a name can be pointed at anything a moment later. Link-local addresses and those where cloud providers hand
/// out machine credentials are refused under every policy.
package struct NetworkPolicy: Sendable, Equatable {
    package enum Rule: Sendable, Equatable {
        case any
        /// What is reachable over the internet; no private, loopback or reserved network.
        case `public`
        case listed([AddressBlock])
    }

    package let rule: Rule

    package static let any = NetworkPolicy(rule: .any)

    private init(rule: Rule) { self.rule = rule }

    /// From `any`, `public`, or blocks (`10.0.0.0/8`, `2001:db8::/32`) between blanks or commas; `nil` for anything
    /// else.
    package init?(_ text: String) {
        let words = text.split { $0 == " " || $0 == "," || $0 == "\n" || $0 == "\t" }.map(String.init)
        switch words {
        case [], ["any"]: self.init(rule: .any)
        case ["public"]: self.init(rule: .public)
        default:
            let blocks = words.compactMap { AddressBlock($0) }
            guard blocks.count == words.count else { return nil }
            self.init(rule: .listed(blocks))
        }
    }

    package init?(blocks: [String]) { self.init(blocks.joined(separator: " ")) }

    /// In the form that `init` reads.
    package var text: String {
        switch rule {
        case .any: "any"
        case .public: "public"
        case .listed(let blocks): blocks.map(\.text).joined(separator: " ")
        }
    }

    /// Whether a textual address may be connected to; what is no address may not.
    package func permits(_ address: String) -> Bool {
        guard let bytes = AddressBlock.bytes(address) else { return false }
        if Self.never.contains(where: { $0.contains(bytes) }) { return false }
        switch rule {
        case .any: return true
        case .public: return !Self.reserved.contains { $0.contains(bytes) }
        case .listed(let blocks): return blocks.contains { $0.contains(bytes) }
        }
    }

    /// Link-local, and the metadata services of AWS (IPv6), Azure and Alibaba that lie elsewhere.
    private static let never = [
        "169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "168.63.129.16/32", "100.100.100.200/32",
    ].compactMap { AddressBlock($0) }

    private static let reserved = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "::/127",
        "100::/64", "2001:db8::/32", "fc00::/7", "fec0::/10", "ff00::/8",
    ].compactMap { AddressBlock($0) }
}

/// A block of addresses. Held as IPv6; IPv4 as its mapped form, so that `::ffff:169.254.1.1` and the NAT64 form are no
/// way around a rule about 169.254.1.1.
package struct AddressBlock: Sendable, Equatable {
    package let text: String
    private let bytes: [UInt8]
    private let length: Int

    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let bytes = Self.bytes(parts[0]) else { return nil }
        let isMapped = !parts[0].utf8.contains(UInt8(ascii: ":"))
        let most = isMapped ? 32 : 128
        var length = most
        if parts.count == 2 {
            guard let given = Int(parts[1]), (0...most).contains(given) else { return nil }
            length = given
        }
        self.text = text
        self.bytes = bytes
        self.length = isMapped ? length + 96 : length
    }

    func contains(_ address: [UInt8]) -> Bool {
        let whole = length / 8
        guard address.prefix(whole).elementsEqual(bytes.prefix(whole)) else { return false }
        let bits = length % 8
        guard bits > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
        return address[whole] & mask == bytes[whole] & mask
    }

    /// 16 bytes; `nil` for what is no address.
    static func bytes(_ text: String) -> [UInt8]? {
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        var out = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &out) == 1 { return mapped + out.prefix(4) }
        guard inet_pton(AF_INET6, text, &out) == 1 else { return nil }
        let translated: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
        return out.prefix(12).elementsEqual(translated) ? mapped + out.suffix(4) : out
    }
}
