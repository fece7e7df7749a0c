/// The objects of the directory: which addresses each may claim, and who gets what several claim.
extension Planner {
    /// Adds an object of the mirror. Objects come after the book.
    /// `firstSeen` is the sequence number of the run that first read it. A bystander is only looked at: nothing comes of
    /// it, but it stands in lists.
    package mutating func add(
        object id: UnsafeRawBufferPointer, kind: RecordKind, firstSeen: Int64, attributes: AttributeList,
        isBystander: Bool = false
    ) {
        isQuiet = isBystander
        defer { isQuiet = false }
        candidates.read(attributes)
        let number = internID(id)
        let index = Int32(truncatingIfNeeded: objects.count)
        objectOfID[number] = index
        var object = PlannedObject(
            id: Int32(truncatingIfNeeded: number), kind: Self.kind(kind, candidates), status: .usable,
            isBystander: isBystander,
            name: candidates.name.isEmpty ? .none : arena.add(candidates.name), created: candidates.created,
            firstSeen: firstSeen, firstClaim: Int32(truncatingIfNeeded: claims.count), entry: entryOfID[number])
        if candidates.isType("system") {
            object.status = .filtered
        } else if candidates.isDisabled, rules.disabled == .leaveOut, object.kind == .user {
            object.status = .disabled
            outcome.leftOut.disabled += 1
        } else if candidates.all.isEmpty {
            object.status = .addressless
            outcome.leftOut.noAddress += 1
        } else {
            claim(for: &object, index)
        }
        objects.append(object)
    }

    /// What an object becomes in the book, by its kind and type.
    package static func kind(_ kind: RecordKind, _ candidates: Candidates) -> EntryKind {
        switch kind {
        case .group: .list
        case .contact: .contact
        case .resource: candidates.isType("equipment") ? .equipment : .room
        case .user, .membership:
            candidates.isType("shared")
                ? .shared
                : candidates.isType("room") ? .room : candidates.isType("equipment") ? .equipment : .user
        }
    }

    private mutating func claim(for object: inout PlannedObject, _ index: Int32) {
        let first = claims.count
        seen.removeAll(keepingCapacity: true)
        var invalid: [UnsafeRawBufferPointer] = []
        // The primary is judged first: if it is excluded, the whole object is left out.
        let primary = candidates.all.firstIndex { $0.isPrimary }
        for step in candidates.all.indices {
            let candidate = candidates.all[primary.map { step == 0 ? $0 : step <= $0 ? step - 1 : step } ?? step]
            let verdict = judge.judge(candidate.address)
            if case .invalid(let flaw) = verdict {
                guard !invalid.contains(where: { $0.isEqual(to: candidate.address) }) else { continue }
                invalid.append(candidate.address)
                outcome.leftOut.invalid += 1
                note { _ in "\(Self.printable(candidate.address)) is left out: the address \(flaw.text)." }
                continue
            }
            let address = judge.key.withUnsafeBytes { internAddress($0) }
            if candidate.isPrimary { object.nominal = Int32(truncatingIfNeeded: address) }
            guard !seen.contains(address) else { continue }
            seen.append(address)
            switch verdict {
            case .foreign:
                outcome.leftOut.foreign += 1
                if object.external < 0, candidate.isPrimary || primary == nil {
                    object.external = Int32(truncatingIfNeeded: address)
                    object.externalShown = judge.withShown(of: candidate.address) { arena.add($0) }
                }
            case .excluded(let pattern):
                outcome.leftOut.excluded += 1
                if candidate.isPrimary || (primary == nil && step == 0) {
                    object.status = .excluded
                    object.pattern = Int32(truncatingIfNeeded: pattern)
                    object.claimCount = 0
                    return
                }
            case .usable:
                add(address, of: index, candidate)
            case .invalid: continue
            }
        }
        object.claimCount = Int32(truncatingIfNeeded: claims.count - first)
        if object.claimCount == 0 { object.status = .addressless }
        for claim in first..<claims.count { settle(Int32(truncatingIfNeeded: claim), by: object) }
    }

    private mutating func add(_ address: Int, of object: Int32, _ candidate: Candidate) {
        let isKey = judge.withShown(of: candidate.address) { shown in
            judge.key.withUnsafeBytes { $0.isEqual(to: shown) }
        }
        claims.append(
            Claim(
                address: Int32(truncatingIfNeeded: address), object: object,
                shown: isKey ? .none : judge.withShown(of: candidate.address) { arena.add($0) },
                isPrimary: candidate.isPrimary))
    }

    /// Gives the address to this claim, if it is better than the best so far. The order of comparison is a total one,
    /// so the winner does not depend on the order in which the claims come.
    private mutating func settle(_ claim: Int32, by object: PlannedObject) {
        let address = Int(claims[Int(claim)].address)
        let state = states[address]
        if state.entry >= 0, state.role != .grace, entries[Int(state.entry)].ownership == .other { return }
        guard state.winner >= 0 else {
            states[address].winner = claim
            return
        }
        let rival = claims[Int(state.winner)]
        if isBetter(claims[Int(claim)], object, than: rival, objects[Int(rival.object)], state) {
            states[address].winner = claim
        }
    }

    private func isBetter(
        _ claim: Claim, _ object: PlannedObject, than rival: Claim, _ other: PlannedObject, _ state: AddressState
    ) -> Bool {
        if state.entry >= 0, state.role != .grace {
            if object.entry == state.entry { return true }
            if other.entry == state.entry { return false }
        }
        if claim.isPrimary != rival.isPrimary { return claim.isPrimary }
        if object.created != other.created { return object.created < other.created }
        if object.firstSeen != other.firstSeen { return object.firstSeen < other.firstSeen }
        return ids.precedes(Int(object.id), Int(other.id))
    }

    /// Hostile bytes, fit for a sentence: control characters and quotes are taken out.
    static func printable(_ bytes: UnsafeRawBufferPointer) -> String {
        let text = String(decoding: bytes.prefix(254), as: UTF8.self)
        return "“"
            + String(
                String.UnicodeScalarView(
                    text.unicodeScalars.map {
                        $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || (0x2028...0x202E).contains($0.value)
                            || (0x2066...0x2069).contains($0.value) ? "\u{FFFD}" : $0
                    })) + "”"
    }

    /// A claim's spelling.
    func withShown<T>(_ claim: Claim, _ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
        claim.shown.isNone
            ? try addresses.withBytes(Int(claim.address), body) : try arena.withBytes(claim.shown, body)
    }

    func shownText(_ claim: Claim) -> String { withShown(claim) { String(decoding: $0, as: UTF8.self) } }
}
