/// Makes the plan: from the present book and one source's mirror to the changes that bring the book in step with it.
///
/// Fed once with the whole book, then the source's objects and its memberships in any order; then
/// `finish` hands out the changes in the order of their addresses. Pure: no I/O, no clock, no chance. The order of the
/// directory's records matters only to which notes are the first.
///
///     var planner = Planner(rules: rules, source: id, orphans: disabledSources)
///     for row in book { planner.add(entry: row) }
///     for object in mirror { planner.add(object: …) }
///     for edge in edges { planner.add(edge: …) }
///     let outcome = try planner.finish { change in … }
package struct Planner {
    let rules: Rules
    let source: OwnerID
    let orphans: Set<OwnerID>

    var judge: Judge
    var candidates = Candidates()
    var bookParser = AddressParser()
    var ids = ByteTable()
    var addresses = ByteTable()
    var arena = ByteArena()
    var entries: [PresentEntry] = []
    var objects: [PlannedObject] = []
    var claims: [Claim] = []
    var states: [AddressState] = []
    var edges: [PlannedEdge] = []
    /// By number of id: the entry of this source's that has it, and the object.
    var entryOfID: [Int32] = []
    var objectOfID: [Int32] = []
    var outcome = PlanOutcome()
    /// Scratch: the addresses of the object at hand.
    var seen: [Int] = []
    /// No notes of the object at hand.
    var isQuiet = false

    package init(rules: Rules, source: OwnerID, orphans: Set<OwnerID> = []) {
        self.rules = rules
        self.source = source
        self.orphans = orphans
        judge = Judge(rules)
    }

    /// Makes room, where the numbers are known beforehand.
    package mutating func reserve(entries: Int, objects: Int) {
        ids.reserve(max(entries, objects))
        addresses.reserve(max(entries, objects) * 2)
        self.entries.reserveCapacity(entries)
        self.objects.reserveCapacity(objects)
        claims.reserveCapacity(objects * 2)
    }

    // MARK: The present book

    /// Adds a row of the present book, whoever owns it. All rows come before the first object.
    package mutating func add(entry row: BookRow) {
        guard let kind = row.kind else { return }
        let ownership: PresentEntry.Class =
            row.owner == source ? .own : orphans.contains(row.owner) ? .orphan : .other
        let index = Int32(truncatingIfNeeded: entries.count)
        var content = ByteReader(row.content)
        guard content.number(UInt8.self) != nil, let primary = content.counted(), content.counted() != nil,
            let aliasCount = content.varint()
        else { return }
        let isGrace = row.isGrace
        let primaryAddress = place(primary, in: index, isGrace ? .grace : .primary)
        for _ in 0..<aliasCount {
            guard let alias = content.counted() else { break }
            _ = place(alias, in: index, isGrace ? .grace : .alias)
        }
        var entry = PresentEntry(
            ownership: ownership, isGrace: isGrace, hasGraceAddresses: false, kind: kind, id: -1,
            primary: primaryAddress, aliasCount: Int32(truncatingIfNeeded: aliasCount),
            row: arena.add { row.append(to: &$0) })
        if !row.grace.isEmpty {
            var grace = ByteReader(row.grace)
            if grace.varint() != nil, let count = grace.varint(), count > 0 {
                entry.hasGraceAddresses = true
                for _ in 0..<count {
                    guard let address = grace.counted(), grace.varint() != nil else { break }
                    _ = place(address, in: index, .grace)
                }
            }
        }
        if ownership == .own {
            if !row.objectID.isEmpty {
                let id = internID(row.objectID)
                entry.id = Int32(truncatingIfNeeded: id)
                entryOfID[id] = index
            }
            if !isGrace {
                if kind == .list { outcome.facts.ownedLists += 1 } else { outcome.facts.ownedAccounts += 1 }
                outcome.facts.ownedAliases += Int(aliasCount)
            }
        }
        entries.append(entry)
    }

    private mutating func place(
        _ shown: UnsafeRawBufferPointer, in entry: Int32, _ role: AddressState.Role
    ) -> Int32 {
        guard bookParser.parse(shown) == nil else { return -1 }
        let address = bookParser.key.withUnsafeBytes { internAddress($0) }
        // An address in grace gives way to one that is in use, whichever row comes first.
        if states[address].entry < 0 || role != .grace {
            states[address].entry = entry
            states[address].role = role
        }
        return Int32(truncatingIfNeeded: address)
    }

    mutating func internAddress(_ key: UnsafeRawBufferPointer) -> Int {
        let address = addresses.intern(key)
        if address == states.count {
            states.append(AddressState())
        }
        return address
    }

    mutating func internID(_ id: UnsafeRawBufferPointer) -> Int {
        let number = ids.intern(id)
        if number == entryOfID.count {
            entryOfID.append(-1)
            objectOfID.append(-1)
        }
        return number
    }

    // MARK: Memberships

    /// Adds "`member` is in `group`"; `mail` is the member's address where it may be no object.
    package mutating func add(
        edge group: UnsafeRawBufferPointer, member: UnsafeRawBufferPointer, mail: UnsafeRawBufferPointer
    ) {
        let group = internID(group)
        let member = internID(member)
        edges.append(
            PlannedEdge(
                group: Int32(truncatingIfNeeded: group), member: Int32(truncatingIfNeeded: member),
                mail: mail.isEmpty ? .none : arena.add(mail)))
    }

    // MARK: Notes

    /// A sentence for the report, made only while there is room for it.
    mutating func note(_ make: (Planner) -> String) {
        guard !isQuiet else { return }
        outcome.noteCount += 1
        guard outcome.notes.count < 50 else { return }
        let text = make(self)
        outcome.notes.append(text)
    }
}
