internal import RollcallCore
internal import RollcallStore

/// The reverse of an applied run, as a plan of its own. A change fits while the book still has what the run made of the
/// entry, and nobody else has got the addresses that would come back; what no longer fits is listed and left alone.
extension PlanMaker {
    func undoPlan(of run: String, _ writer: PlanWriter, unfit: inout [String]) throws -> PlanOutcome {
        var book = BookIndex()
        var outcome = PlanOutcome()
        try Book.eachEntry(db, domain: context.domain.id) { view in
            guard let entry = BookRow(view).entry else { return }
            book.add(entry)
            guard entry.owner == context.source.id, !entry.isGrace else { return }
            if entry.isList { outcome.facts.ownedLists += 1 } else { outcome.facts.ownedAccounts += 1 }
            outcome.facts.ownedAliases += entry.aliases.count
        }

        var candidates: [EntryChange] = []
        try PlanReader.forEachChange(db, run: run) { view in
            let change = view.change
            if let reversed = book.reverse(of: change, run: run) {
                candidates.append(reversed)
            } else {
                unfit.append(Self.sentence(change))
            }
        }
        // Dropping one change leaves its addresses where they are, which can bar another: until nothing more drops.
        var fitting: [EntryChange]
        repeat {
            let freed = Set(candidates.compactMap { $0.before?.key })
            fitting = candidates.filter { change in
                guard let after = change.after else { return true }
                return book.isFree(after, freed: freed)
            }
            for change in candidates where !fitting.contains(change) { unfit.append(Self.sentence(change)) }
            if fitting.count == candidates.count { break }
            candidates = fitting
        } while true

        for change in fitting {
            change.forEachOperation { outcome.counts.add($0) }
            if let before = change.before, before.isList, !before.isGrace {
                let kept = Set((change.after?.members ?? []).map { Address.key(of: $0) })
                let removed = before.members.count { !kept.contains(Address.key(of: $0)) }
                if removed > 0 { outcome.facts.listLosses.append((before.primary, removed, before.members.count)) }
            }
            outcome.changes += 1
            try writer.append(change)
        }
        return outcome
    }

    private static func sentence(_ change: EntryChange) -> String {
        let address = (change.before ?? change.after)?.primary ?? ""
        return "\(address) has changed since, so this change of it is not taken back."
    }
}

/// The present book by key, and which entry has each address.
struct BookIndex {
    private var entries: [[UInt8]: Entry] = [:]
    private var places: [[UInt8]: [UInt8]] = [:]

    mutating func add(_ entry: Entry) {
        let key = entry.key
        entries[key] = entry
        for address in entry.allAddresses { places[Address.key(of: address)] = key }
    }

    /// The change that takes this one back from the book as it stands; `nil` where it no longer fits.
    func reverse(of change: EntryChange, run: String) -> EntryChange? {
        var reversed = change.reversed(run: run)
        guard let made = change.after else {
            reversed.before = nil
            return reversed
        }
        if let present = entries[made.key], Self.isSame(present, made) {
            reversed.before = present
            return reversed
        }
        // What stood in grace may have ended since; nothing is in the way of its return then.
        guard made.isGrace, entries[made.key] == nil else { return nil }
        reversed.before = nil
        return reversed
    }

    /// Whether the addresses of the entry are nobody's, or of entries that go in the same plan.
    func isFree(_ entry: Entry, freed: Set<[UInt8]>) -> Bool {
        entry.allAddresses.allSatisfy { address in
            guard let place = places[Address.key(of: address)] else { return true }
            return freed.contains(place)
        }
    }

    /// The same but for times and run numbers, which a plan cannot know, and grace addresses that ended.
    private static func isSame(_ present: Entry, _ made: Entry) -> Bool {
        var (a, b) = (present, made)
        (a.since, b.since, a.grace, b.grace) = ([], [], [], [])
        if a.isGrace == b.isGrace { (a.until, b.until) = (nil, nil) }
        return a == b
    }
}

extension Entry {
    /// Every address that it has, in use or in grace.
    var allAddresses: [String] { [primary] + aliases + grace.map(\.address) }
}
