import RollcallCore
import TestSupport
import Testing

/// A bench as the ground of a plan of the touched.
private struct BenchGround: PlanGround {
    let people: [[UInt8]: Person]
    let edges: [(group: [UInt8], member: [UInt8], mail: [UInt8])]
    let book: [Entry]

    init(_ bench: PlanBench) {
        people = Dictionary(uniqueKeysWithValues: bench.people.map { (Array($0.id.utf8), $0) })
        edges = bench.edges.map { (Array($0.group.utf8), Array($0.member.utf8), Array($0.mail.utf8)) }
            .sorted { ($0.0 + [0] + $0.1).lexicographicallyPrecedes($1.0 + [0] + $1.1) }
        book = bench.book
    }

    func object(
        _ id: UnsafeRawBufferPointer, _ body: (RecordKind, Int64, AttributeList) throws -> Void
    ) throws -> Bool {
        guard let person = people[Array(id)] else { return false }
        try person.data.withUnsafeBytes { try body(person.kind, person.firstSeen, AttributeList($0)) }
        return true
    }

    func eachMember(
        of group: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        for edge in edges where edge.group == Array(group) {
            try edge.member.withUnsafeBytes { member in try edge.mail.withUnsafeBytes { try body(member, $0) } }
        }
    }

    func eachEdge(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Void) throws {
        for edge in edges {
            try edge.group.withUnsafeBytes { group in try edge.member.withUnsafeBytes { try body(group, $0) } }
        }
    }

    func eachMailEdge(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Void) throws {
        for edge in edges where !edge.mail.isEmpty {
            try edge.group.withUnsafeBytes { group in try edge.mail.withUnsafeBytes { try body(group, $0) } }
        }
    }

    func eachEntry(_ body: (BookRow) throws -> Void) throws {
        for entry in book { try entry.withRow(key: entry.key, body) }
    }
}

/// A directory that drifts, a few records at a time, and the plan of just these.
private struct Drift {
    var drawn: DrawnDirectory
    var contested: [String] = []
    var leftOut = LeftOut()

    init(seed: UInt64) throws {
        drawn = try DrawnDirectory(seed: seed)
        if drawn.bench.rules.deleted == .keep { drawn.bench.rules.deleted = .atOnce }
        drawn.draw(size: 30)
        try settle(drawn.bench.plan())
    }

    mutating func settle(_ plan: PlanBench.Plan) throws {
        drawn.bench.book = PlanBench.apply(plan.changes, to: drawn.bench.book)
        contested = (try #require(plan.outcome.contested)).map { String(decoding: $0, as: UTF8.self) }
        leftOut = plan.outcome.leftOut
    }

    /// Changes a few objects and memberships; returns what is touched by that.
    mutating func change() -> [TouchedObject] {
        let old = drawn.bench
        var fresh = drawn
        fresh.draw(size: 30)
        drawn.random = fresh.random
        for _ in 0...drawn.random.below(4) {
            let id = "id\(drawn.random.below(30))"
            drawn.bench.people.removeAll { $0.id == id }
            if let person = fresh.bench.people.first(where: { $0.id == id }) { drawn.bench.people.append(person) }
            if drawn.random.once(in: 2) {
                let group = "id\(drawn.random.below(30))"
                drawn.bench.edges.removeAll { $0.group == group }
                if drawn.bench.people.contains(where: { $0.id == group && $0.kind == .group }) {
                    drawn.bench.edges += fresh.bench.edges.filter { $0.group == group }
                }
            }
        }
        drawn.bench.people.sort { $0.id < $1.id }
        // What the mirror cannot hold twice.
        var seen: Set<String> = []
        drawn.bench.edges = drawn.bench.edges.filter { seen.insert("\($0.group) \($0.member)").inserted }
        return touched(from: old)
    }

    private func touched(from old: PlanBench) -> [TouchedObject] {
        var why: [String: TouchedObject.Why] = [:]
        for id in contested { why[id] = .contested }
        let before = Dictionary(uniqueKeysWithValues: old.people.map { ($0.id, $0) })
        let after = Dictionary(uniqueKeysWithValues: drawn.bench.people.map { ($0.id, $0) })
        for id in Set(before.keys).union(after.keys) where why[id] == nil {
            if before[id]?.data != after[id]?.data || before[id]?.kind != after[id]?.kind { why[id] = .changed }
        }
        func lines(_ bench: PlanBench) -> [String: Set<String>] {
            Dictionary(grouping: bench.edges, by: \.group).mapValues { Set($0.map { "\($0.member) \($0.mail)" }) }
        }
        let (edgesBefore, edgesAfter) = (lines(old), lines(drawn.bench))
        for group in Set(edgesBefore.keys).union(edgesAfter.keys)
        where why[group] == nil && edgesBefore[group] != edgesAfter[group] { why[group] = .members }
        return why.sorted { $0.key < $1.key }.map { id, why in
            TouchedObject(id: Array(id.utf8), why: why, before: before[id].map { ($0.kind, $0.data) })
        }
    }

    func plan(_ touched: [TouchedObject], limit: Int = .max) throws -> PlanBench.Plan? {
        var touchedPlan = TouchedPlan(
            ground: BenchGround(drawn.bench), rules: drawn.bench.rules, source: drawn.bench.source,
            orphans: drawn.bench.orphans, limit: limit)
        var plan = PlanBench.Plan()
        let outcome = try touchedPlan.finish(touched, leftOut: leftOut) { bytes in
            var reader = ByteReader(bytes)
            if let view = ChangeView(&reader), reader.isAtEnd { plan.changes.append(view.change) }
        }
        guard let outcome else { return nil }
        plan.outcome = outcome
        return plan
    }
}

@Suite("The plan of a delta")
struct TouchedPlanTests {
    @Test("comes to what a plan of everything comes to", arguments: Array(UInt64(0)..<200))
    func equal(seed: UInt64) throws {
        var drift = try Drift(seed: seed)
        for round in 0..<8 {
            let touched = drift.change()
            let whole = try drift.drawn.bench.plan()
            let narrow = try #require(try drift.plan(touched))
            #expect(narrow.changes == whole.changes, "seed \(seed), round \(round)")
            #expect(narrow.outcome.counts == whole.outcome.counts)
            #expect(narrow.outcome.leftOut == whole.outcome.leftOut, "seed \(seed), round \(round)")
            #expect(narrow.outcome.facts == whole.outcome.facts)
            #expect(narrow.outcome.contested == whole.outcome.contested, "seed \(seed), round \(round)")
            try drift.settle(whole)
        }
    }

    @Test("is left to a plan of everything where too much is concerned")
    func limit() throws {
        var drift = try Drift(seed: 7)
        let touched = drift.change()
        #expect(try drift.plan(touched, limit: 1) == nil)
    }
}
