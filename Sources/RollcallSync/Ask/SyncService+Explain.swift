internal import RollcallCore
internal import RollcallStore

extension SyncService {
    /// Why an address is accepted, or why not.
    package func explain(_ text: String) throws -> Explanation {
        let address: Address
        do {
            address = try Address(text)
        } catch {
            return .no(text, .invalid, "The address \(error.text).")
        }
        return try environment.store.read { db in
            guard let domain = try Domains.find(db, name: address.domain) else {
                return .no(
                    address.text, .foreign,
                    "\(address.domain) is not a domain of this address book, nor an alias of one.")
            }
            let key = Array("\(address.localPart)@\(domain.name)".utf8)
            let claimants = try Claimant.all(db, domain, key: key)
            if let place = try BookPlace.find(db, domain: domain.id, key: key) {
                return try explain(db, address, domain, place, claimants)
            }
            return try refusal(db, address, domain, key, claimants)
        }
    }

    // MARK: In the book

    private func explain(
        _ db: any Database, _ address: Address, _ domain: Domain, _ place: BookPlace,
        _ claimants: [(Claimant, Rules)]
    ) throws -> Explanation {
        let entry = place.entry
        let owner = try OwnerNames(db, domain)[entry.owner]
        if let until = place.graceUntil {
            let end = Timestamp(seconds: until)
            var detail = "It was deleted and is in grace until \(end): gateways answer “try later”."
            if end <= environment.now() {
                detail =
                    "It was deleted, and its grace was over at \(end); gateways go on answering “try later” until its "
                    + "source is well: nothing is deleted while a source is failing or quarantined."
            }
            var answer = Explanation.no(address.text, .grace, detail, domain: domain.name)
            answer.account = entry.primary
            answer.owner = owner
            return answer
        }
        var answer = Explanation(address: address.text, accepted: true)
        answer.domain = domain.name
        answer.as = place.position > 0 ? "alias" : entry.isList ? "list" : "account"
        answer.account = entry.primary
        answer.owner = owner
        answer.objectId = entry.objectID.isEmpty ? nil : entry.objectID
        let own = claimants.first { $0.0.objectID == entry.objectID && $0.0.source == owner }
        answer.where = own?.0.place
        answer.because = own?.0.because ?? (entry.owner == .manual ? "entered by hand" : nil)
        if place.position < entry.since.count, let run = try Runs.find(db, sequence: entry.since[place.position]) {
            answer.since = .init(run: run.summary.id, at: run.summary.startedAt)
        }
        let others = claimants.filter { $0.0.objectID != entry.objectID || $0.0.source != owner }
            .filter { $0.0.verdict == .usable }
        if !others.isEmpty {
            answer.clashes = others.map { "Object \($0.0.objectID) of \($0.0.source) claims it too: \($0.0.because)." }
        }
        return answer
    }

    // MARK: Not in the book

    private func refusal(
        _ db: any Database, _ address: Address, _ domain: Domain, _ key: [UInt8], _ claimants: [(Claimant, Rules)]
    ) throws -> Explanation {
        var answer = Explanation.no(
            address.text, .unknown, "No directory and nobody by hand has named it.", domain: domain.name)
        if let (claimant, rules) = claimants.first {
            answer.objectId = claimant.objectID
            answer.owner = claimant.source
            answer.where = claimant.place
            answer.because = claimant.because
            let excluded: Int? =
                if case .excluded(let pattern) = claimant.verdict { pattern } else { claimant.excludedByPrimary }
            if let excluded {
                answer.why = .excluded
                answer.detail = "Excluded by the pattern \(rules.exclude.patterns[excluded])."
            } else if claimant.isDisabled {
                answer.why = .disabled
                answer.detail = "Sign-in is disabled, and such accounts are left out."
            } else if case .invalid(let flaw) = claimant.verdict {
                answer.why = .invalid
                answer.detail = "The address \(flaw.text)."
            } else if claimants.count > 1 {
                answer.why = .clash
                answer.detail = "\(claimants.count) objects claim it, and none has it."
            } else {
                answer.detail = "The directory has it since the last applied sync, or that sync was held."
            }
            return answer
        }
        if let deletion = try lastDeletion(db, domain, key) {
            answer.why = .deleted
            answer.detail = "Deleted by run \(deletion.summary.id), \(deletion.summary.finishedAt?.description ?? "")."
            answer.since = .init(run: deletion.summary.id, at: deletion.summary.startedAt)
        }
        return answer
    }

    /// The latest of the domain's last runs that took the address out of the book.
    private func lastDeletion(_ db: any Database, _ domain: Domain, _ key: [UInt8]) throws -> RunRecord? {
        let text = AddressText.of(key)
        for run in try Runs.list(db, domain: domain.id, limit: 200) where run.summary.outcome == .applied {
            let counts = run.summary.counts
            guard counts.accounts.delete + counts.aliases.delete + counts.lists.delete + counts.accounts.update > 0
            else { continue }
            var isHere = false
            try PlanReader.forEachItem(db, run: run.summary.id, where: text.isIn) { item in
                guard !isHere, item.view.before != nil, text.isIn(item.bytes), let before = item.view.before?.entry,
                    !before.isGrace
                else { return }
                let had = before.allAddresses.contains { Address.key(of: $0) == key }
                guard had else { return }
                let after = item.view.after?.entry
                let has = after.map { !$0.isGrace && KeyedAddresses($0).contains(key) } ?? false
                isHere = !has
            }
            if isHere { return run }
        }
        return nil
    }
}
