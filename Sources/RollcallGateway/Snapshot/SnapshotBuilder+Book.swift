package import RollcallCore
package import RollcallStore

/// From the store's book, row by row, in one read of the store.
extension Snapshot {
    /// - `syncedAt`: when a source of the domain was last read well, seconds; 0 for never.
    package static func make(
        _ db: any Database, _ domain: Domain, isSynced: Bool, syncedAt: Int64, at now: Timestamp
    ) throws -> Snapshot {
        var builder = try SnapshotBuilder(
            SnapshotFacts(
                name: domain.name, aliases: domain.aliases, subaddress: Array(domain.subaddress.utf8),
                catchall: domain.catchall.flatMap { (try? Address($0))?.key }, inbound: domain.inbound),
            edition: domain.edition, madeAt: now.seconds, syncedAt: syncedAt, enforces: domain.enforce,
            isSynced: isSynced)
        try Book.eachEntry(db, domain: domain.id) { row in
            try builder.add(row, expandsLists: domain.expandLists)
        }
        return try builder.finish()
    }
}

extension SnapshotBuilder {
    /// More members than Postfix would expand (virtual_alias_expansion_limit) are left to the mail server.
    private static let mostMembers = 1000

    mutating func add(_ row: Book.View, expandsLists: Bool) throws {
        var content = ByteReader(row.content)
        guard let byte = content.number(UInt8.self), let kind = EntryKind(rawValue: byte),
            let primary = content.counted(), content.counted() != nil, let aliasCount = content.varint(),
            aliasCount <= UInt64(content.rest.count)
        else { throw StoreError(.corrupt, "an entry of the address book cannot be read", hint: "restore a backup") }
        var grace = ByteReader(row.grace)
        let end = grace.varint() ?? 0
        let until = end == 0 ? nil : Int64(bitPattern: end &- 2)
        var aliases = content
        for _ in 0..<aliasCount { _ = content.counted() }
        let members = expandsLists && kind == .list && until == nil ? Self.members(&content) : nil
        if let target = try add(primary, kind: kind, graceUntil: until, members: members) {
            for _ in 0..<aliasCount {
                guard let alias = aliases.counted() else { break }
                try add(alias: alias, of: target, graceUntil: until)
            }
            for _ in 0..<(grace.varint() ?? 0) {
                guard let address = grace.counted(), let end = grace.varint() else { break }
                try add(alias: address, of: target, graceUntil: Int64(bitPattern: end &- 2))
            }
        }
    }

    private static func members(_ content: inout ByteReader) -> [[UInt8]]? {
        guard let count = content.varint(), count > 0, count <= mostMembers else { return nil }
        var keys: [[UInt8]] = []
        for _ in 0..<count {
            guard let member = content.text() else { return nil }
            keys.append(Address.key(of: member))
        }
        return keys
    }
}
