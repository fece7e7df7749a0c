internal import RollcallCore
internal import RollcallStore

/// An object of a mirror that names an address, with the verdict of the rules on it.
struct Claimant {
    var source: String
    var objectID: String
    /// `proxyAddress smtp:a@example.com`.
    var because: String
    var place: String?
    var verdict: Judge.Verdict
    var isPrimary: Bool
    var isDisabled: Bool
    /// The object's primary is excluded, and so the whole of it.
    var excludedByPrimary: Int?

    /// Reads one object by the same rules as the plan; `nil` if it does not name the address.
    init?(
        _ object: Mirror.ObjectView, source: String, rules: Rules, key: [UInt8], _ candidates: inout Candidates,
        _ judge: inout Judge
    ) {
        candidates.read(object.attributes)
        var found: (candidate: Candidate, verdict: Judge.Verdict)?
        var excluded: Int?
        for candidate in candidates.all {
            let verdict = judge.judge(candidate.address)
            if candidate.isPrimary, case .excluded(let pattern) = verdict { excluded = pattern }
            // A bad address has no key: it is the one that was asked for if it is so to the byte.
            let isAsked =
                if case .invalid = verdict { candidate.address.elementsEqual(key) } else { judge.key == key }
            if isAsked, found == nil || candidate.isPrimary { found = (candidate, verdict) }
        }
        guard let found else { return nil }
        self.source = source
        objectID = String(decoding: object.id, as: UTF8.self)
        let attribute = found.candidate.attribute.name.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
        because = "\(attribute) \(String(decoding: found.candidate.value, as: UTF8.self))"
        place = candidates.whereAbouts.isEmpty ? nil : String(decoding: candidates.whereAbouts, as: UTF8.self)
        verdict = found.verdict
        isPrimary = found.candidate.isPrimary
        isDisabled =
            candidates.isDisabled && rules.disabled == .leaveOut && object.kind == .user && !candidates.isType("shared")
            && !candidates.isType("room") && !candidates.isType("equipment")
        excludedByPrimary = excluded
    }

    /// Everybody in the domain's mirrors who names the address: read from the objects that have its text in them.
    static func all(_ db: any Database, _ domain: Domain, key: [UInt8]) throws -> [(Claimant, Rules)] {
        var claimants: [(Claimant, Rules)] = []
        let text = AddressText.of(key)
        for source in try Sources.list(db, domain: domain.id) {
            let rules = try SourceContext(domain, source).rules
            var (candidates, judge) = (Candidates(), Judge(rules))
            try Mirror.eachObject(db, source.key, having: text) { object in
                if let claimant = Claimant(
                    object, source: source.type, rules: rules, key: key, &candidates, &judge)
                {
                    claimants.append((claimant, rules))
                }
            }
        }
        return claimants
    }
}

/// What stands in the bytes of whatever names an address: its local part and the `@`, or the longest run of ASCII in
/// these. The domain can be written in other ways, and other letters can as well, for the key is composed anew; that
/// makes no ASCII letter of what was none.
enum AddressText {
    static func of(_ key: [UInt8]) -> FoldedText {
        guard let at = key.lastIndex(of: UInt8(ascii: "@")) else { return FoldedText("") }
        return FoldedText(key[...at].split { $0 >= 0x80 }.max { $0.count < $1.count } ?? [])
    }
}
