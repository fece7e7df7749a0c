internal import RollcallCore
internal import RollcallStore

/// Makes plans within a transaction: what the mirror asks for, or what takes a run back.
struct PlanMaker {
    let db: any Database
    let context: SourceContext
    /// Of the read that was just done, if it was the first.
    var early: EarlyPlan?

    /// The plan that brings the book in step with the source's mirror: worked out from what was touched since the book
    /// was planned last, where that is known and little, and else from everything. Both come to the same.
    func syncPlan(_ writer: PlanWriter) throws -> PlanOutcome {
        try planOfTouched(writer) ?? planOfEverything(writer)
    }

    func planOfEverything(_ writer: PlanWriter) throws -> PlanOutcome {
        var planner = try earlyPlanner() ?? fedPlanner()
        return try planner.finish { try writer.append($0) }
    }

    private func earlyPlanner() throws -> Planner? {
        guard let early, try Book.isEmpty(db, domain: context.domain.id) else { return nil }
        return early.take(rules: try rulesFingerprint())
    }

    private func fedPlanner() throws -> Planner {
        let source = context.source
        var planner = Planner(rules: context.rules, source: source.id, orphans: try orphans())
        planner.reserve(entries: Int(source.mirrorObjects), objects: Int(source.mirrorObjects))
        try Book.eachRow(db, domain: source.domain) { planner.add(entry: $0) }
        try Mirror.eachObject(db, source.key) {
            planner.add(object: $0.id, kind: $0.kind, firstSeen: $0.firstSeen, attributes: $0.attributes)
        }
        try Mirror.eachEdge(db, source.key) { planner.add(edge: $0.group, member: $0.member, mail: $0.mail) }
        return planner
    }

    /// A planner to be fed while the source is read, where that will do.
    func earlyPlan() throws -> EarlyPlan? {
        guard context.source.mirrorObjects == 0, try Book.isEmpty(db, domain: context.domain.id) else { return nil }
        return EarlyPlan(
            Planner(rules: context.rules, source: context.source.id, orphans: try orphans()),
            rules: try rulesFingerprint())
    }

    /// Owners whose entries pass to whoever claims them: sources that are disabled. One that is removed leaves none.
    func orphans() throws -> Set<OwnerID> {
        Set(try Sources.list(db, domain: context.source.domain).filter { !$0.enabled }.map(\.id))
    }
}
