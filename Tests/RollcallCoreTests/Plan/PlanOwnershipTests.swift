import RollcallCore
import Testing

@Suite("Clashes, grace and ownership")
struct PlanOwnershipTests {
    @Test("the present owner keeps an address that another comes to claim, even as its primary")
    func presentOwner() throws {
        var bench = try PlanBench()
        bench.people = [.user("2", "b@example.com", "x@example.com")]
        try bench.sync()
        bench.people.insert(.user("1", "x@example.com"), at: 0)
        let plan = try bench.sync()
        #expect(plan.changes.isEmpty)
        #expect(plan.outcome.leftOut.clash == 1)
    }

    @Test("between new claimants a primary beats an alias, then the older, then the first seen, then the lower id")
    func newClaimants() throws {
        func winner(_ people: [Person]) throws -> String? {
            var bench = try PlanBench()
            bench.people = people
            try bench.sync()
            return bench.book.first { $0.primary == "x@example.com" || $0.aliases.contains("x@example.com") }?.objectID
        }
        let (old, young) = ("2020-01-01T00:00:00Z", "2021-01-01T00:00:00+01:00")
        #expect(
            try winner([
                Person("1", [("mail", "a@example.com"), ("alias", "x@example.com"), ("created", old)]),
                Person("2", [("mail", "x@example.com"), ("created", young)]),
            ]) == "2")
        #expect(
            try winner([
                Person("1", [("mail", "x@example.com"), ("created", young)]),
                Person("2", [("mail", "x@example.com"), ("created", old)]),
                Person("3", [("mail", "x@example.com")]),
            ]) == "2")
        #expect(
            try winner([
                Person("1", firstSeen: 5, [("mail", "x@example.com")]),
                Person("2", firstSeen: 4, [("mail", "x@example.com")]),
            ]) == "2")
        #expect(try winner([.user("1", "x@example.com"), .user("2", "x@example.com")]) == "1")
    }

    @Test("who loses the primary goes on with the next address, and the rest is applied")
    func loser() throws {
        var bench = try PlanBench()
        bench.people = [.user("1", "x@example.com"), .user("2", "x@example.com", "y@example.com", "z@example.com")]
        let plan = try bench.sync()
        #expect(bench.lines == ["user x@example.com", "user y@example.com aka z@example.com"])
        #expect(plan.outcome.leftOut.clash == 1)
    }

    @Test("an entry made by hand keeps its addresses and is never changed")
    func manual() throws {
        var bench = try PlanBench()
        bench.book = [Entry(primary: "boss@example.com", kind: .user, aliases: ["b@example.com"], since: [0, 0])]
        bench.people = [.user("1", "boss@example.com"), .user("2", "ann@example.com", "b@example.com")]
        let plan = try bench.sync()
        #expect(plan.outcome.leftOut.clash == 2)
        #expect(bench.lines == ["user ann@example.com", "user boss@example.com aka b@example.com"])
        bench.people = []
        try bench.sync()
        #expect(bench.lines.last == "user boss@example.com aka b@example.com")
    }

    @Test("a deleted entry stands in grace and comes back whole")
    func grace() throws {
        var bench = try PlanBench()
        bench.people = [.user("1", "a@example.com", "x@example.com"), .user("2", "b@example.com")]
        try bench.sync()
        let both = bench.people
        bench.people = [both[1]]
        let plan = try bench.sync()
        #expect(plan.outcome.counts.accounts.delete == 1 && plan.outcome.counts.aliases.delete == 1)
        #expect(bench.lines == ["user a@example.com aka x@example.com in grace", "user b@example.com"])
        #expect(bench.book[0].until == 5_000)
        #expect(try bench.plan().changes.isEmpty)
        bench.people = both
        let back = try bench.sync()
        #expect(back.outcome.counts.accounts.add == 1 && back.outcome.counts.aliases.add == 1)
        #expect(bench.lines == ["user a@example.com aka x@example.com", "user b@example.com"])
    }

    @Test("an address in grace yields at once to a new claimant")
    func yields() throws {
        var bench = try PlanBench()
        bench.people = [.user("1", "a@example.com", "x@example.com"), .user("2", "b@example.com", "y@example.com")]
        try bench.sync()
        bench.people = [.user("2", "b@example.com")]
        try bench.sync()
        #expect(
            bench.lines == ["user a@example.com aka x@example.com in grace", "user b@example.com lately y@example.com"])
        bench.people = [.user("2", "b@example.com"), .user("3", "a@example.com", "y@example.com")]
        let plan = try bench.sync()
        #expect(plan.lines == ["add account a@example.com", "add alias y@example.com of a@example.com"])
        #expect(
            bench.lines == [
                "user a@example.com aka y@example.com", "user b@example.com", "user x@example.com in grace",
            ])
    }

    @Test("at once removes, keep only reports", arguments: [Rules.Deleted.atOnce, .keep])
    func deletedPolicies(policy: Rules.Deleted) throws {
        var bench = try PlanBench(deleted: policy)
        bench.people = [.user("1", "a@example.com", "x@example.com"), .user("2", "b@example.com")]
        try bench.sync()
        bench.people = [.user("1", "a@example.com")]
        let plan = try bench.sync()
        if policy == .atOnce {
            #expect(bench.lines == ["user a@example.com"])
            #expect(plan.outcome.counts.accounts.delete == 1 && plan.outcome.counts.aliases.delete == 1)
        } else {
            #expect(bench.lines == ["user a@example.com aka x@example.com", "user b@example.com"])
            #expect(plan.outcome.counts.total == 0 && plan.outcome.kept == 2 && plan.changes.isEmpty)
        }
    }

    @Test("an address freed and claimed inside one plan passes to the claimant")
    func freedAndClaimed() throws {
        var bench = try PlanBench()
        bench.people = [.user("1", "a@example.com"), .user("2", "b@example.com")]
        try bench.sync()
        bench.people = [.user("2", "b@example.com"), .user("3", "a@example.com")]
        let plan = try bench.sync()
        #expect(plan.lines == ["delete account a@example.com", "add account a@example.com"])
        #expect(bench.book.map(\.objectID) == ["3", "2"])
    }

    @Test("a source that is out of use leaves its entries to whoever claims them, in one update each")
    func orphans() throws {
        var bench = try PlanBench()
        bench.book = [
            Entry(
                primary: "a@example.com", kind: .user, aliases: ["x@example.com"], owner: 3, objectID: "old",
                since: [1, 1])
        ]
        bench.people = [.user("1", "a@example.com", "x@example.com")]
        #expect(try bench.plan().changes.isEmpty)
        bench.orphans = [3]
        #expect(try bench.sync().lines == ["update account a@example.com"])
        #expect(bench.book.map(\.owner) == [7] && bench.book.map(\.objectID) == ["1"])
    }

    @Test("an entry that was given to the source goes on with the object that has its primary")
    func given() throws {
        var bench = try PlanBench()
        bench.book = [Entry(primary: "a@example.com", kind: .user, owner: 7, since: [1])]
        bench.people = [.user("1", "a@example.com", "x@example.com")]
        #expect(try bench.sync().lines == ["add alias x@example.com of a@example.com"])
        #expect(bench.book.map(\.objectID) == ["1"])
    }
}
