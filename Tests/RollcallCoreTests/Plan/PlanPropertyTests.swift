import RollcallCore
import TestSupport
import Testing

/// Directories drawn by chance, but from a seed: whatever they hold, the promises of a plan stand.
struct DrawnDirectory {
    var random: SeededGenerator
    var bench: PlanBench

    init(seed: UInt64) throws {
        random = SeededGenerator(seed: seed)
        let deleted: [Rules.Deleted] = [.atOnce, .grace(days: 1), .grace(days: 1), .keep]
        bench = try PlanBench(
            aliases: random.once(in: 2) ? ["example.net"] : [], exclude: random.once(in: 3) ? "n1*@*\nx?@*" : "",
            deleted: deleted[random.below(4)], disabled: random.once(in: 3) ? .leaveOut : .keep)
        bench.orphans = [3]
        for number in 0..<random.below(4) {
            bench.book.append(
                Entry(
                    primary: "n\(number * 3)@example.com", kind: .user, aliases: ["hand\(number)@example.com"],
                    owner: random.once(in: 2) ? .manual : 3, objectID: "h\(number)", since: [1, 1]))
        }
        bench.book.sort { $0.key.lexicographicallyPrecedes($1.key) }
    }

    /// Few names, so that objects clash; all the spellings, prefixes and domains that the rules speak of.
    private mutating func address() -> String {
        let name = ["n", "N", "x", "box"][random.below(4)] + String(random.below(12))
        let domain = ["example.com", "example.com", "Example.COM", "example.net", "other.org"][random.below(5)]
        return random.once(in: 25) ? "no address" : "\(name)@\(domain)"
    }

    mutating func draw(size: Int) {
        bench.people = []
        bench.edges = []
        for number in 0..<size where !random.once(in: 5) {
            var person = Person("id\(number)", [.user, .user, .user, .group, .contact, .resource][random.below(6)], [])
            person.firstSeen = Int64(random.below(3))
            if !random.once(in: 6) { person.attributes.append(("mail", address())) }
            for _ in 0..<random.below(4) {
                person.attributes.append(
                    random.once(in: 2)
                        ? ("alias", address())
                        : ("proxyAddress", ["SMTP:", "smtp:", "SIP:"][random.below(3)] + address()))
            }
            if random.once(in: 2) { person.attributes.append(("created", "202\(random.below(3))-01-01T00:00:00Z")) }
            if random.once(in: 6) { person.attributes.append(("enabled", "false")) }
            if random.once(in: 8) { person.attributes.append(("type", ["shared", "system"][random.below(2)])) }
            bench.people.append(person)
            if person.kind == .group {
                for _ in 0..<random.below(6) {
                    let mail = random.once(in: 4) ? address() : ""
                    bench.edges.append((person.id, mail.isEmpty ? "id\(random.below(size))" : mail, mail))
                }
            }
        }
    }
}

@Suite("Promises of a plan, over drawn directories")
struct PlanPropertyTests {
    static let seeds = Array(UInt64(0)..<400)

    /// Three rounds of change from one seed, each checked by `check`.
    private func rounds(_ seed: UInt64, _ check: (inout DrawnDirectory, PlanBench.Plan) throws -> Void) throws {
        var drawn = try DrawnDirectory(seed: seed)
        for round in 0..<3 {
            drawn.draw(size: 4 + drawn.random.below(14))
            let plan = try drawn.bench.plan()
            try check(&drawn, plan)
            drawn.bench.book = PlanBench.apply(plan.changes, to: drawn.bench.book, run: Int64(round + 10))
        }
    }

    @Test("the order of records never matters", arguments: seeds)
    func orderOfRecords(seed: UInt64) throws {
        try rounds(seed) { drawn, plan in
            var shuffled = drawn.bench
            shuffled.people.shuffle(using: &drawn.random)
            shuffled.edges.shuffle(using: &drawn.random)
            let other = try shuffled.plan()
            #expect(other.changes == plan.changes)
            #expect(other.outcome.leftOut == plan.outcome.leftOut)
        }
    }

    @Test("what is applied is what was planned: planning again finds nothing to do", arguments: seeds)
    func applied(seed: UInt64) throws {
        try rounds(seed) { drawn, plan in
            var after = drawn.bench
            after.book = PlanBench.apply(plan.changes, to: after.book)
            let again = try after.plan()
            #expect(again.changes.isEmpty, "\(again.changes)")
        }
    }

    @Test("applying the reverse restores the book exactly", arguments: seeds)
    func reversed(seed: UInt64) throws {
        try rounds(seed) { drawn, plan in
            let after = PlanBench.apply(plan.changes, to: drawn.bench.book)
            let restored = PlanBench.apply(plan.changes.map { $0.reversed(run: "r") }, to: after)
            #expect(restored == drawn.bench.book)
        }
    }

    @Test("the counts that the guard judges are those of the operations that people see", arguments: seeds)
    func counted(seed: UInt64) throws {
        try rounds(seed) { _, plan in
            var counts = OperationCounts()
            for operation in plan.operations { counts.add(operation) }
            #expect(counts == plan.outcome.counts)
        }
    }

    @Test("an address stands once in the book, and entries of other owners stay as they are", arguments: seeds)
    func invariants(seed: UInt64) throws {
        try rounds(seed) { drawn, plan in
            let after = PlanBench.apply(plan.changes, to: drawn.bench.book)
            var seen: Set<[UInt8]> = []
            for entry in after {
                for text in [entry.primary] + entry.aliases + entry.grace.map(\.address) {
                    #expect(seen.insert(Address.key(of: text)).inserted, "\(text) stands twice, seed \(seed)")
                    #expect(text.lowercased().hasSuffix("@example.com"))
                }
                #expect(entry.since.count == entry.aliases.count + 1)
            }
            let manual = { (book: [Entry]) in book.filter { $0.owner == .manual } }
            #expect(manual(after) == manual(drawn.bench.book))
        }
    }

    @Test("what the reverse takes back is counted like what was done", arguments: seeds)
    func reverseCounts(seed: UInt64) throws {
        try rounds(seed) { _, plan in
            var back = OperationCounts()
            for change in plan.changes { change.reversed(run: "r").forEachOperation { back.add($0) } }
            let counts = plan.outcome.counts
            #expect(back.accounts.add + back.lists.add == counts.accounts.delete + counts.lists.delete)
            #expect(back.aliases.move == counts.aliases.move)
            #expect(back.members.add == counts.members.delete)
        }
    }
}
