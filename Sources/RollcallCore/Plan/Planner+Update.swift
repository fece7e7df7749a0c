/// Entries that change or go: taken apart into Strings, since they are few, and put together again with all that the
/// rules keep of them.
extension Planner {
    /// The entry that `object` goes on from becomes what the directory says.
    mutating func update(_ object: PlannedObject, _ content: [UInt8], to change: inout [UInt8]) {
        guard let before = decoded(object.entry), var after = content.withUnsafeBytes({ Self.entry(content: $0) })
        else { return }
        let entry = entries[Int(object.entry)]
        after.owner = source
        after.objectID = ids.text(Int(object.id))

        var reason = ChangeReason.changed
        var note = ""
        if before.isGrace {
            reason = .returned
        } else if entry.ownership == .orphan {
            reason = .adopted
            note = "a source that is out of use"
        }
        var result = EntryChange(before: before, after: nil, reason: reason, note: note)
        let new = KeyedAddresses(after)

        // What the directory no longer has of it, and nobody else has got.
        for (position, text) in ([before.primary] + before.aliases).enumerated() {
            let key = Address.key(of: text)
            guard !new.contains(key) else { continue }
            if let (winner, isAlias) = holder(of: key) {
                if isAlias, !before.isGrace, position > 0 {
                    result.lost.append(.init(alias: text, other: shownText(claims[Int(winner)])))
                }
                continue
            }
            if let until = before.until {
                after.grace.append(.init(address: text, until: until))
                continue
            }
            switch rules.deleted {
            case .atOnce: break
            case .grace: after.grace.append(.init(address: text, until: Entry.untilFromApply))
            case .keep:
                after.aliases.append(text)
                outcome.kept += 1
            }
        }
        for item in before.grace {
            let key = Address.key(of: item.address)
            if !new.contains(key), holder(of: key) == nil { after.grace.append(item) }
        }
        if rules.deleted == .keep { after.aliases = Self.sorted(after.aliases) }
        after.since = Self.since(of: after, from: before)
        for claim in object.firstClaim..<object.firstClaim + object.claimCount where claim != object.primary {
            if states[Int(claims[Int(claim)].address)].winner == claim, let move = gain(claims[Int(claim)]) {
                result.gained.append(move)
            }
        }
        guard after != before else { return }
        result.after = after
        count(result)
        result.append(to: &change)
    }

    /// An entry that no object goes on from: deleted by the rules, if it is this source's; and whatever its owner, an
    /// address of it that is in grace or left behind passes to a new claimant.
    mutating func retire(_ index: Int, to change: inout [UInt8]) {
        let present = entries[index]
        let entry = Int32(truncatingIfNeeded: index)
        // Nothing of it can have been claimed: the whole of a quiet book is passed over here.
        if present.ownership != .own || present.isGrace {
            guard isAnyClaimed(entry) else { return }
        }
        guard let before = decoded(entry) else { return }
        let isDeletion = present.ownership == .own && !present.isGrace
        let (reason, note) = isDeletion ? departure(of: present) : (ChangeReason.yielded, "")
        var result = EntryChange(before: before, after: nil, reason: reason, note: note)

        var after = before
        after.aliases = []
        var isPrimaryLeft = false
        for (position, text) in ([before.primary] + before.aliases).enumerated() {
            let key = Address.key(of: text)
            if let (winner, isAlias) = takes(key, from: present) {
                let other = shownText(claims[Int(winner)])
                if isAlias, !before.isGrace, position > 0 { result.lost.append(.init(alias: text, other: other)) }
                if !isDeletion { result.note = other }
            } else if position == 0 {
                isPrimaryLeft = true
            } else {
                after.aliases.append(text)
            }
        }
        after.grace = before.grace.filter { holder(of: Address.key(of: $0.address)) == nil }
        var remains = true
        if !isPrimaryLeft {
            if after.aliases.isEmpty { remains = false } else { after.primary = after.aliases.removeFirst() }
        }
        if isDeletion {
            switch rules.deleted {
            case .atOnce: remains = false
            case .grace: after.until = Entry.untilFromApply
            case .keep: if remains { outcome.kept += 1 }
            }
        }
        after.since = Self.since(of: after, from: before)
        result.after = remains ? after : nil
        guard result.after != before else { return }
        count(result)
        result.append(to: &change)
    }

    // MARK: Helpers

    private func departure(of entry: PresentEntry) -> (ChangeReason, String) {
        guard entry.id >= 0, objectOfID[Int(entry.id)] >= 0 else { return (.gone, "") }
        let object = objects[Int(objectOfID[Int(entry.id)])]
        return switch object.status {
        case .disabled: (.disabled, "")
        case .excluded: (.excluded, rules.exclude.patterns[Int(object.pattern)])
        case .filtered: (.filtered, "")
        case .addressless: (.addressless, "")
        case .usable: (.clashed, "")
        }
    }

    /// The primary claim of the object that gets this address, and whether it gets it as an alias.
    private func holder(of key: [UInt8]) -> (primary: Int32, isAlias: Bool)? {
        guard let address = key.withUnsafeBytes({ addresses.find($0) }), states[address].winner >= 0 else { return nil }
        let winner = states[address].winner
        let primary = objects[Int(claims[Int(winner)].object)].primary
        return primary < 0 ? nil : (primary, primary != winner)
    }

    /// As `holder`, but an address in use by another owner is not to be had.
    private func takes(_ key: [UInt8], from entry: PresentEntry) -> (primary: Int32, isAlias: Bool)? {
        entry.ownership == .other && !entry.isGrace ? nil : holder(of: key)
    }

    private func isAnyClaimed(_ entry: Int32) -> Bool {
        guard let decoded = decoded(entry) else { return false }
        let inUse = entries[Int(entry)].ownership == .other && !decoded.isGrace
        let texts = (inUse ? [] : [decoded.primary] + decoded.aliases) + decoded.grace.map(\.address)
        return texts.contains { holder(of: Address.key(of: $0)) != nil }
    }

    private mutating func count(_ change: EntryChange) {
        change.forEachOperation { outcome.counts.add($0) }
        guard let before = change.before, before.isList, !before.isGrace, !before.members.isEmpty else { return }
        let kept = Set((change.after.flatMap { $0.isGrace ? nil : $0 }?.members ?? []).map { Address.key(of: $0) })
        let removed = before.members.count { !kept.contains(Address.key(of: $0)) }
        if removed > 0 { outcome.facts.listLosses.append((before.primary, removed, before.members.count)) }
    }

    private static func entry(content: UnsafeRawBufferPointer) -> Entry? {
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        return BookRow(key: nothing, owner: 0, objectID: nothing, content: content, grace: nothing, since: nothing)
            .entry
    }

    private static func since(of after: Entry, from before: Entry) -> [Int64] {
        var known: [[UInt8]: Int64] = [:]
        for (text, run) in zip([before.primary] + before.aliases, before.since) { known[Address.key(of: text)] = run }
        return ([after.primary] + after.aliases).map { known[Address.key(of: $0)] ?? 0 }
    }

    private static func sorted(_ texts: [String]) -> [String] {
        texts.map { (Address.key(of: $0), $0) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
    }
}
