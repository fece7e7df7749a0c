/// The end of a plan: what each object's entry should be, compared with what it is.
extension Planner {
    /// Hands out the changes in the order of their addresses, each as the bytes of an `EntryChange`, and says what they
    /// come to. The planner is used up.
    package mutating func finish(_ emit: (UnsafeRawBufferPointer) throws -> Void) throws -> PlanOutcome {
        choosePrimaries()
        adoptEntries()
        var edgeIndex = indexEdges()
        var aliases: [Int32] = []
        var content: [UInt8] = []
        var change: [UInt8] = []
        for step in steps() {
            change.removeAll(keepingCapacity: true)
            switch step.subject {
            case .object(let index):
                let object = objects[index]
                let members = object.kind == .list ? members(of: object, &edgeIndex) : []
                collectAliases(of: object, into: &aliases)
                encodeContent(of: object, aliases, members, into: &content)
                if object.entry < 0 {
                    add(object, aliases, content, members.count, to: &change)
                } else if !isUnchanged(object, content) {
                    update(object, content, to: &change)
                }
            case .entry(let index):
                retire(index, to: &change)
            }
            if !change.isEmpty {
                outcome.changes += 1
                try change.withUnsafeBytes(emit)
            }
        }
        return outcome
    }

    // MARK: Who has what

    private mutating func choosePrimaries() {
        for index in objects.indices {
            let first = Int(objects[index].firstClaim)
            var chosen: Int32 = -1
            var isContested = false
            for claim in first..<first + Int(objects[index].claimCount) {
                let won = states[Int(claims[claim].address)].winner == Int32(truncatingIfNeeded: claim)
                if !won {
                    outcome.leftOut.clash += 1
                    isContested = true
                    noteClash(claims[claim])
                } else if chosen < 0 || claims[claim].isPrimary {
                    chosen = Int32(truncatingIfNeeded: claim)
                }
            }
            objects[index].primary = chosen
            if isContested { contest(objects[index]) }
            if chosen >= 0, objects[index].nominal >= 0, !claims[Int(chosen)].isPrimary {
                let (nominal, taken) = (Int(objects[index].nominal), claims[Int(chosen)])
                note {
                    "“\($0.addresses.text(nominal))” cannot be used, so “\($0.shownText(taken))” "
                        + "takes its place as the primary."
                }
            }
        }
    }

    private static let manyContested = 1000

    private mutating func contest(_ object: PlannedObject) {
        guard let known = outcome.contested else { return }
        let id = ids.withBytes(Int(object.id)) { Array($0) }
        if known.count < Self.manyContested { outcome.contested?.append(id) } else { outcome.contested = nil }
    }

    private mutating func noteClash(_ claim: Claim) {
        let winner = states[Int(claim.address)].winner
        note { planner in
            let holder =
                winner >= 0
                ? "object \(planner.idText(of: planner.claims[Int(winner)]))" : "an entry of another owner"
            return "“\(planner.shownText(claim))” is claimed by object \(planner.idText(of: claim)), "
                + "but belongs to \(holder)."
        }
    }

    /// An entry that was given to this source, or left by one that is out of use, goes on with the object that has its
    /// primary: one update, and nothing attached to it is lost.
    private mutating func adoptEntries() {
        for index in objects.indices {
            let object = objects[index]
            if object.primary >= 0, object.entry < 0 {
                let state = states[Int(claims[Int(object.primary)].address)]
                if state.entry >= 0, entries[Int(state.entry)].id < 0, entries[Int(state.entry)].ownership != .other {
                    if entries[Int(state.entry)].object < 0 { objects[index].entry = state.entry }
                }
            }
            if objects[index].entry >= 0, object.primary >= 0, !object.isBystander {
                entries[Int(objects[index].entry)].object = Int32(truncatingIfNeeded: index)
            }
        }
    }

    private func idText(of claim: Claim) -> String { ids.text(Int(objects[Int(claim.object)].id)) }

    // MARK: The order of changes

    private struct Step {
        enum Subject {
            case object(Int)
            case entry(Int)
        }
        let prefix: UInt64
        let address: Int32
        /// Of 32 bits, since there is one for everybody: an object by its number, an entry by the number's complement.
        private let number: Int32

        init(_ address: Int32, _ subject: Subject, _ addresses: ByteTable) {
            prefix = addresses.prefix(Int(address))
            self.address = address
            number =
                switch subject {
                case .object(let index): Int32(truncatingIfNeeded: index)
                case .entry(let index): ~Int32(truncatingIfNeeded: index)
                }
        }

        var isEntry: Bool { number < 0 }
        var subject: Subject { isEntry ? .entry(Int(~number)) : .object(Int(number)) }
    }

    /// Every object that has an entry to be, and every entry that none of them goes on from, by address.
    private func steps() -> [Step] {
        var steps: [Step] = []
        steps.reserveCapacity(objects.count)
        // The closures below take the table alone: taking the planner would copy it at each comparison.
        let addresses = addresses
        func add(_ address: Int32, _ subject: Step.Subject) {
            guard address >= 0 else { return }
            steps.append(Step(address, subject, addresses))
        }
        for (index, object) in objects.enumerated() where object.primary >= 0 && !object.isBystander {
            add(claims[Int(object.primary)].address, .object(index))
        }
        for (index, entry) in entries.enumerated() where entry.object < 0 {
            if entry.ownership != .other || entry.isGrace || entry.hasGraceAddresses {
                add(entry.primary, .entry(index))
            }
        }
        steps.sort {
            if $0.prefix != $1.prefix { return $0.prefix < $1.prefix }
            if $0.address != $1.address { return addresses.precedes(Int($0.address), Int($1.address)) }
            // An entry and the object that takes its address: the entry first.
            return $0.isEntry && !$1.isEntry
        }
        return steps
    }

    // MARK: An object's entry

    private func encodeContent(
        of object: PlannedObject, _ aliases: [Int32], _ members: [Member], into content: inout [UInt8]
    ) {
        content.removeAll(keepingCapacity: true)
        content.append(object.kind.rawValue)
        withShown(claims[Int(object.primary)]) { content.append(counted: $0) }
        arena.withBytes(object.name) { content.append(counted: $0) }
        content.append(varint: UInt64(aliases.count))
        for alias in aliases { withShown(claims[Int(alias)]) { content.append(counted: $0) } }
        content.append(varint: UInt64(members.count))
        for member in members { withShown(member) { content.append(counted: $0) } }
    }

    /// The claims that become aliases, by compare key.
    private func collectAliases(of object: PlannedObject, into won: inout [Int32]) {
        won.removeAll(keepingCapacity: true)
        for claim in object.firstClaim..<object.firstClaim + object.claimCount where claim != object.primary {
            let address = Int(claims[Int(claim)].address)
            guard states[address].winner == claim else { continue }
            // Sorted as they come: there are a handful.
            var place = won.count
            while place > 0, addresses.precedes(address, Int(claims[Int(won[place - 1])].address)) { place -= 1 }
            won.insert(claim, at: place)
        }
    }

    private func isUnchanged(_ object: PlannedObject, _ content: [UInt8]) -> Bool {
        let entry = entries[Int(object.entry)]
        guard entry.ownership == .own, !entry.isGrace, !entry.hasGraceAddresses, entry.id >= 0 else { return false }
        return arena.withBytes(entry.row) { row in
            var reader = ByteReader(row)
            guard let row = BookRow(&reader) else { return false }
            return content.withUnsafeBytes { row.content.isEqual(to: $0) }
        }
    }

    private mutating func add(
        _ object: PlannedObject, _ aliases: [Int32], _ content: [UInt8], _ memberCount: Int,
        to change: inout [UInt8]
    ) {
        let gained = aliases.compactMap { gain(claims[Int($0)]) }
        var since: [UInt8] = []
        since.append(varint: UInt64(aliases.count + 1))
        since.append(contentsOf: repeatElement(0, count: aliases.count + 1))
        addresses.withBytes(Int(claims[Int(object.primary)].address)) { key in
            ids.withBytes(Int(object.id)) { id in
                content.withUnsafeBytes { content in
                    since.withUnsafeBytes { since in
                        let row = BookRow(
                            key: key, owner: source, objectID: id, content: content,
                            grace: UnsafeRawBufferPointer(start: nil, count: 0), since: since)
                        EntryChange.appendAddition(row: row, gained: gained, to: &change)
                    }
                }
            }
        }
        if object.kind == .list { outcome.counts.lists.add += 1 } else { outcome.counts.accounts.add += 1 }
        outcome.counts.aliases.move += gained.count
        outcome.counts.aliases.add += aliases.count - gained.count
        outcome.counts.members.add += memberCount
    }

    /// Where an alias comes from, if it is another living entry's alias.
    func gain(_ claim: Claim) -> EntryChange.Move? {
        let state = states[Int(claim.address)]
        guard state.entry >= 0, state.role == .alias, state.entry != objects[Int(claim.object)].entry else {
            return nil
        }
        return EntryChange.Move(alias: shownText(claim), other: primaryText(of: state.entry))
    }

    func primaryText(of entry: Int32) -> String { decoded(entry)?.primary ?? "" }

    func decoded(_ entry: Int32) -> Entry? {
        arena.withBytes(entries[Int(entry)].row) { row in
            var reader = ByteReader(row)
            return BookRow(&reader)?.entry
        }
    }
}
