package import RollcallCore
package import RollcallStore

/// The end of grace: entries and addresses whose time is over leave the book. No operation, for they were counted when
/// their grace began; but the edition goes up, since gateways answer differently from now on.
///
/// What belongs to a source that is failing or quarantined stays in grace until the source is well again: as long as
/// nobody can say whether an address came back, it is not refused for good.
package enum GraceExpiry {
    /// Whether there is anything to end: a look that writes nothing.
    package static func isDue(
        _ db: any Database, domain: Int64, now: Timestamp, sparing unhealthy: UnhealthyOwners
    ) throws -> Bool {
        guard let next = try Book.nextEnd(db, domain: domain), next <= now.seconds else { return false }
        var isDue = false
        try Book.eachDue(db, domain: domain, by: now.seconds) { view in
            if !isDue { isDue = try !unhealthy.contains(view.owner) }
        }
        return isDue
    }

    /// How many entries of a source have something whose grace would be over, if the source were well.
    package static func postponed(_ db: any Database, _ source: Source, now: Timestamp) throws -> Int {
        var count = 0
        try Book.eachDue(db, domain: source.domain, by: now.seconds) { if $0.owner == source.id { count += 1 } }
        return count
    }

    /// Returns whether anything ended.
    @discardableResult
    package static func run(
        _ db: any Database, domain: Int64, now: Timestamp, sparing unhealthy: UnhealthyOwners
    ) throws -> Bool {
        var ended: [(key: [UInt8], entry: Entry?)] = []
        try Book.eachDue(db, domain: domain, by: now.seconds) { view in
            guard try !unhealthy.contains(view.owner), var entry = BookRow(view).entry else { return }
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
        // No plan is another for it: an address in grace is as good as free.
        try Editions.advanceForGateways(db, domain: domain)
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
