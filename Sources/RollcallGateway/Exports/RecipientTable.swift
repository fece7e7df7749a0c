package import RollcallCore
package import RollcallStore

/// The tables by which gateways accept mail: one line an address, each address once, in the order of the keys.
package struct RecipientTable {
    private var kinds: [(key: String, kind: String)] = []
    private let domain: Domain
    private let withGrace: Bool

    package init(_ domain: Domain, withGrace: Bool) {
        self.domain = domain
        self.withGrace = withGrace
    }

    package mutating func add(_ entry: Entry) {
        guard withGrace || !entry.isGrace else { return }
        add(entry.primary, entry.isList ? "list" : "user")
        for alias in entry.aliases { add(alias, "alias") }
        if withGrace { for item in entry.grace { add(item.address, "alias") } }
    }

    // Keys, not spellings: gateways look up in lower case and A-labels.
    private mutating func add(_ address: String, _ kind: String) {
        let key = String(decoding: Address.key(of: address), as: UTF8.self)
        kinds.append((key, kind))
        guard !domain.aliases.isEmpty, let at = key.lastIndex(of: "@"), key[key.index(after: at)...] == domain.name
        else {
            return
        }
        for alias in domain.aliases { kinds.append((key[...at] + alias, kind)) }
    }

    package func bytes(_ format: ExportFormat) -> [UInt8] {
        var bytes: [UInt8] = []
        var last: String?
        for (key, kind) in kinds.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) where key != last {
            last = key
            bytes += key.utf8
            switch format {
            case .postfix: bytes += " \(kind)".utf8
            case .exim: bytes += ": \(kind)".utf8
            default: break
            }
            bytes.append(0x0A)
        }
        if format == .postfix, domain.catchall != nil {
            for name in ([domain.name] + domain.aliases).sorted() { bytes += "@\(name) catchall\n".utf8 }
        }
        return bytes
    }
}
