package import RollcallCore
package import RollcallStore

/// The people behind lists: members that are lists themselves are replaced by theirs, however deep; lists that contain
/// each other are harmless.
package struct FlatMembers {
    private var members: [[UInt8]: [String]] = [:]

    package init(_ db: any Database, _ domain: Domain) throws {
        try BookEntries.each(db, domain) { entry in
            guard entry.isList, !entry.isGrace else { return }
            for address in [entry.primary] + entry.aliases { members[Address.key(of: address)] = entry.members }
        }
    }

    /// In the order of the keys, each once.
    package func of(_ list: Entry) -> [String] {
        var seen: Set<[UInt8]> = [list.key]
        var found: [(key: [UInt8], address: String)] = []
        var open = list.members
        while let address = open.popLast() {
            let key = Address.key(of: address)
            guard seen.insert(key).inserted else { continue }
            if let nested = members[key] { open += nested } else { found.append((key, address)) }
        }
        return found.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.address)
    }
}
