package import RollcallCore
package import RollcallStore

/// The end of grace: entries and addresses whose time is over leave the book. No operation, for they were counted when
/// their grace began; but the edition goes up, since gateways answer differently from now on.
package enum GraceExpiry {
    /// Returns whether anything ended.
    @discardableResult
    package static func run(_ db: any Database, domain: Int64, now: Timestamp) throws -> Bool {
        var ended: [(key: [UInt8], entry: Entry?)] = []
        try Book.eachDue(db, domain: domain, by: now.seconds) { view in
            guard var entry = BookRow(view).entry else { return }
            let isOver = entry.until.map { $0 <= now.seconds } ?? false
            entry.grace.removeAll { $0.until <= now.seconds }
            // What is left of an entry that is over are grace addresses with a later end: they keep it alive.
            if isOver, let last = entry.grace.first {
                entry.primary = last.address
                entry.until = last.until
                entry.aliases = []
                entry.members = []
                entry.grace.removeFirst()
                entry.since = [entry.since.first ?? 0]
                ended.append((Array(view.key), entry))
            } else {
                ended.append((Array(view.key), isOver ? nil : entry))
            }
        }
        guard !ended.isEmpty else { return false }
        let writer = try BookWriter(db, domain: domain)
        for (key, _) in ended { try key.withUnsafeBytes { try writer.delete(key: $0) } }
        for case (_, let entry?) in ended { try writer.put(entry) }
        try Editions.advance(db, domain: domain)
        return true
    }
}

extension BookWriter {
    /// Adds an entry, or replaces the one of its key.
    package func put(_ entry: Entry) throws {
        try entry.withRow(key: entry.key) { row in
            try upsert(
                key: row.key, owner: row.owner, objectID: row.objectID, kind: entry.kind.rawValue,
                state: entry.isGrace ? 1 : 0, until: entry.nextEnd, content: row.content, grace: row.grace,
                since: row.since)
        }
    }
}
