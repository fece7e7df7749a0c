import RollcallCore
import TestSupport
import Testing

@Suite("The guard")
struct GuardTests {
    private func verdict(
        owned: Int, deleted: Int, limits: [Limits.Kind: String] = [:]
    ) -> [String] {
        var counts = OperationCounts()
        counts.accounts.delete = deleted
        var facts = GuardFacts()
        facts.ownedAccounts = owned
        var set = Limits()
        for (kind, text) in limits { set[kind] = Limit(text) }
        return Guard.verdict(counts, facts, set).map(\.limit)
    }

    @Test(
        "by default more than max(5, min(10 %, 500)) deletes are held",
        arguments: [
            (10, 5, false), (10, 6, true), (100, 10, false), (100, 11, true), (99, 9, false), (99, 10, true),
            (4_000, 400, false), (4_000, 401, true), (20_000, 500, false), (20_000, 501, true),
        ])
    func defaults(owned: Int, deleted: Int, isHeld: Bool) {
        #expect(verdict(owned: owned, deleted: deleted) == (isHeld ? ["accounts.delete"] : []))
    }

    @Test(
        "exactly at a limit passes, above it is held",
        arguments: [
            ("3", 3, false), ("3", 4, true), ("0", 1, true), ("10%", 10, false), ("10%", 11, true), ("off", 99, false),
        ])
    func limits(limit: String, deleted: Int, isHeld: Bool) {
        #expect(
            verdict(owned: 100, deleted: deleted, limits: [.accountsDelete: limit])
                == (isHeld ? ["accounts.delete"] : []))
    }

    @Test("what would delete all that the source owns is held, however little that is and whatever the limits")
    func empty() {
        #expect(verdict(owned: 1, deleted: 1) == ["empty"])
        #expect(verdict(owned: 3, deleted: 3, limits: [.accountsDelete: "off", .total: "100"]) == ["empty"])
        #expect(verdict(owned: 0, deleted: 0).isEmpty)
    }

    @Test("a percentage of adds does not stop an empty book from being filled")
    func percentOfNothing() {
        var counts = OperationCounts()
        counts.accounts.add = 50
        var limits = Limits()
        limits[.accountsAdd] = .percent(10)
        #expect(Guard.verdict(counts, GuardFacts(), limits).isEmpty)
        limits[.accountsAdd] = .number(10)
        #expect(Guard.verdict(counts, GuardFacts(), limits).map(\.limit) == ["accounts.add"])
    }

    @Test(
        "more than half of the members of a list of over 20 is held",
        arguments: [(20, 19, false), (30, 15, false), (30, 16, true)])
    func members(size: Int, removed: Int, isHeld: Bool) {
        var facts = GuardFacts()
        facts.ownedLists = 9
        facts.listLosses = [("small@example.com", 1, 10), ("all@example.com", removed, size)]
        var counts = OperationCounts()
        counts.members.delete = removed + 1
        #expect(Guard.verdict(counts, facts, Limits()).map(\.limit) == (isHeld ? ["members.delete"] : []))
    }

    @Test("a limit's text is read strictly", arguments: ["", "-1", "1.5", "10 %", "101%", "many", "%", "OFF", "٣"])
    func badLimit(text: String) {
        #expect(Limit(text) == nil)
    }

    @Test("nothing above a limit passes and nothing below is held, over drawn plans")
    func drawn() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<100_000 {
            let owned = 1 + random.below(6_000)
            let deleted = random.below(min(owned, 700))
            let allowed = max(5, min(owned / 10, 500))
            let held = !verdict(owned: owned, deleted: deleted).isEmpty
            if held != (deleted > allowed || deleted >= owned) {
                Issue.record("\(deleted) of \(owned): held \(held)")
                return
            }
        }
    }
}
