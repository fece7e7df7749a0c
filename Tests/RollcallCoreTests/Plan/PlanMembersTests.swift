import RollcallCore
import Testing

@Suite("Lists and their members")
struct PlanMembersTests {
    @Test("a nested list stands as its own address; a group without one stands aside for its members")
    func nesting() throws {
        var bench = try PlanBench()
        bench.people = [
            .user("1", "a@example.com"), .user("2", "b@example.com"), .user("3", "c@example.com"),
            .group("all", "all@example.com"), .group("hidden"), .group("team", "team@example.com"),
        ]
        bench.edges = [
            ("all", "1", ""), ("all", "team", ""), ("all", "hidden", ""), ("hidden", "2", ""), ("hidden", "all", ""),
            ("hidden", "hidden", ""), ("team", "3", ""), ("team", "all", ""),
        ]
        try bench.sync()
        #expect(
            bench.lines.filter { $0.hasPrefix("list") } == [
                "list all@example.com with a@example.com,b@example.com,team@example.com",
                "list team@example.com with all@example.com,c@example.com",
            ])
    }

    @Test("outsiders stay, the excluded and the unknown are left out, and a member may be named by any address")
    func members() throws {
        var bench = try PlanBench(exclude: "hidden@*")
        bench.people = [
            Person("c", .contact, [("mail", "Friend@Other.org")]), .group("l", "list@example.com"),
            .user("1", "ann@example.com", "a@example.com"), .user("2", "hidden@example.com"),
        ]
        bench.edges = [
            ("l", "c", ""), ("l", "A@example.com", "A@example.com"), ("l", "2", ""), ("l", "nobody", ""),
            ("l", "x@third.org", "x@third.org"), ("l", "gone@example.com", "gone@example.com"),
        ]
        let plan = try bench.sync()
        #expect(bench.book[1].members == ["ann@example.com", "Friend@Other.org", "x@third.org"])
        #expect(plan.outcome.counts.members.add == 3)
    }

    @Test("each membership that comes or goes is one operation, also with its list")
    func counts() throws {
        var bench = try PlanBench()
        bench.people = [.user("1", "a@example.com"), .user("2", "b@example.com"), .group("l", "l@example.com")]
        bench.edges = [("l", "1", ""), ("l", "2", "")]
        try bench.sync()
        bench.edges = [("l", "2", "")]
        let fewer = try bench.sync()
        #expect(fewer.lines == ["delete member a@example.com of l@example.com"])
        bench.people.removeLast()
        bench.edges = []
        let none = try bench.sync()
        #expect(none.outcome.counts.lists.delete == 1 && none.outcome.counts.members.delete == 1)
    }

    @Test("a chain of a thousand groups ends, and a list of many members is planned in linear time")
    func deep() throws {
        var bench = try PlanBench()
        bench.people = [.group("g0", "deep@example.com")] + (1...1000).map { .group("g\($0)") }
        bench.people += (0..<500).map { .user("u\($0)", "u\($0)@example.com") }
        bench.edges = (0..<1000).map { ("g\($0)", "g\($0 + 1)", "") } + (0..<500).map { ("g1000", "u\($0)", "") }
        bench.edges.append(("g1000", "g0", ""))
        try bench.sync()
        #expect(bench.book.first { $0.isList }?.members.count == 500)
    }
}
