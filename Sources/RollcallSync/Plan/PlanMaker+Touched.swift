internal import RollcallCore
internal import RollcallStore

extension PlanMaker {
    /// The plan of what was touched; `nil` where the book is not what the mirror last asked for, or too much is touched.
    func planOfTouched(_ writer: PlanWriter) throws -> PlanOutcome? {
        let source = context.source
        // What is kept though the directory has it no more is told anew with every plan.
        guard source.firstSyncedRun != nil, source.plannedEdition == context.domain.edition,
            source.plannedRules == (try rulesFingerprint()), context.rules.deleted != .keep
        else { return nil }
        let limit = max(1000, Int(source.mirrorObjects / 4))
        guard let touched = try Touched.list(db, source.key, limit: limit),
            let last = try Runs.last(db, source: source.id, kind: .sync, outcomes: [.applied, .unchanged])
        else { return nil }
        var plan = TouchedPlan(
            ground: StoredGround(db: db, source: source.key, reader: try MirrorReader(db, source.key)),
            rules: context.rules, source: source.id, orphans: try orphans(), limit: limit)
        return try plan.finish(touched, leftOut: last.summary.leftOut) { try writer.append($0) }
    }

    /// Who has lost an address is touched again by the next plan: it may get it then.
    func remember(_ contested: [[UInt8]]?) throws {
        guard let contested else { return try Touched.setEverything(db, context.source.key) }
        try Touched.clear(db, context.source.key)
        guard !contested.isEmpty else { return }
        let log = try TouchedWriter(db, context.source.key)
        for id in contested { try log.isContested(id: id) }
    }
}

/// Mirror and book of a source in the store, where a plan of the touched looks things up.
private struct StoredGround: PlanGround {
    let db: any Database
    let source: SourceKey
    let reader: MirrorReader

    func object(
        _ id: UnsafeRawBufferPointer, _ body: (RecordKind, Int64, AttributeList) throws -> Void
    ) throws -> Bool {
        try reader.object(id: id) { try body($0.kind, $0.firstSeen, $0.attributes) }
    }

    func eachMember(
        of group: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try reader.membersOf(group) { try body($0.member, $0.mail) }
    }

    func eachEdge(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Void) throws {
        try Mirror.eachEdge(db, source) { try body($0.group, $0.member) }
    }

    func eachMailEdge(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Void) throws {
        try Mirror.eachMailEdge(db, source) { try body($0.group, $0.mail) }
    }

    func eachEntry(_ body: (BookRow) throws -> Void) throws {
        try Book.eachRow(db, domain: source.domain, body)
    }
}
