import RollcallCore
import Testing

@Suite("The rules of a plan")
struct PlanRulesTests {
    @Test("an added account with two aliases is one account and two aliases")
    func added() throws {
        var bench = try PlanBench()
        bench.people = [.user("1", "Ann@Example.com", "a@example.com", "b@example.com")]
        let plan = try bench.sync()
        #expect(plan.outcome.counts.accounts.add == 1)
        #expect(plan.outcome.counts.aliases.add == 2)
        #expect(plan.outcome.counts.total == 3)
        #expect(bench.lines == ["user Ann@Example.com aka a@example.com,b@example.com"])
    }

    @Test("an unchanged directory comes to no change")
    func unchanged() throws {
        var bench = try PlanBench()
        bench.people = [.user("1", "ann@example.com", "a@example.com"), .group("g", "all@example.com")]
        bench.edges = [("g", "1", "")]
        try bench.sync()
        #expect(try bench.plan().changes.isEmpty)
    }

    @Test("SMTP: in capitals is the primary and beats mail, which becomes an alias; other prefixes are ignored")
    func proxyAddresses() throws {
        var bench = try PlanBench()
        bench.people = [
            Person(
                "1",
                [
                    ("mail", "old@example.com"), ("proxyAddress", "smtp:b@example.com"),
                    ("proxyAddress", "SMTP:ann@example.com"), ("proxyAddress", "X500:/o=x/cn=ann@example.com"),
                    ("proxyAddress", "SIP:ann2@example.com"), ("proxyAddress", "smtp:Ann@example.com"),
                ])
        ]
        try bench.sync()
        #expect(bench.lines == ["user ann@example.com aka b@example.com,old@example.com"])
    }

    @Test("primary and alias that swap are one update and no alias operation")
    func swap() throws {
        var bench = try PlanBench()
        bench.people = [.user("1", "a@example.com", "b@example.com")]
        try bench.sync()
        bench.people = [.user("1", "b@example.com", "a@example.com")]
        let plan = try bench.sync()
        #expect(plan.lines == ["update account b@example.com"])
        #expect(bench.lines == ["user b@example.com aka a@example.com"])
    }

    @Test("an alias that becomes primary while the old primary goes is one update, and the old one is in grace")
    func promoted() throws {
        var bench = try PlanBench()
        bench.people = [.user("1", "a@example.com", "b@example.com")]
        try bench.sync()
        bench.people = [.user("1", "b@example.com")]
        #expect(try bench.sync().lines == ["update account b@example.com"])
        #expect(bench.lines == ["user b@example.com lately a@example.com"])
    }

    @Test("an alias that goes from one account to another is one move")
    func moved() throws {
        var bench = try PlanBench()
        bench.people = [.user("1", "a@example.com", "x@example.com"), .user("2", "b@example.com")]
        try bench.sync()
        bench.people = [.user("1", "a@example.com"), .user("2", "b@example.com", "x@example.com")]
        let plan = try bench.sync()
        #expect(plan.lines == ["move alias x@example.com of b@example.com"])
        #expect(plan.outcome.counts.aliases.move == 1 && plan.outcome.counts.total == 1)
        #expect(bench.lines == ["user a@example.com", "user b@example.com aka x@example.com"])
    }

    @Test("two accounts that swap their primaries are two updates")
    func crossSwap() throws {
        var bench = try PlanBench()
        bench.people = [.user("1", "a@example.com"), .user("2", "b@example.com")]
        try bench.sync()
        bench.people = [.user("1", "b@example.com"), .user("2", "a@example.com")]
        let plan = try bench.sync()
        #expect(Set(plan.lines) == ["update account a@example.com", "update account b@example.com"])
        #expect(bench.book.map(\.objectID) == ["2", "1"])
    }

    @Test("an account that becomes a list is one update of a list")
    func becomesList() throws {
        var bench = try PlanBench()
        bench.people = [.user("1", "a@example.com"), .user("2", "b@example.com")]
        try bench.sync()
        bench.people = [.group("1", "a@example.com"), .user("2", "b@example.com")]
        let plan = try bench.sync()
        #expect(plan.lines == ["update list a@example.com"])
        #expect(plan.outcome.counts.lists.update == 1)
    }

    @Test("a change of case only is an update")
    func respelled() throws {
        var bench = try PlanBench()
        bench.people = [.user("1", "ann@example.com", "x@example.com")]
        try bench.sync()
        bench.people = [.user("1", "Ann@example.com", "X@example.com")]
        #expect(try bench.sync().lines == ["update account Ann@example.com"])
        #expect(bench.lines == ["user Ann@example.com aka X@example.com"])
    }

    @Test("foreign addresses are left out and counted once an object; the first usable alias becomes the primary")
    func foreign() throws {
        var bench = try PlanBench(aliases: ["example.net"])
        bench.people = [
            Person(
                "1",
                [
                    ("mail", "ann@other.org"), ("alias", "ANN@other.org"), ("alias", "ann@example.net"),
                    ("alias", "a@example.com"),
                ]),
            .user("2", "bob@third.org"),
        ]
        let plan = try bench.sync()
        #expect(plan.outcome.leftOut.foreign == 2)
        #expect(bench.lines == ["user ann@example.com aka a@example.com"])
        #expect(plan.outcome.notes.contains { $0.contains("ann@other.org") })
    }

    @Test("an excluded primary leaves the whole object out, an excluded alias only itself")
    func excluded() throws {
        var bench = try PlanBench(exclude: "bad*@example.com\nforgetme[0-9]@*")
        bench.people = [
            .user("1", "baduser@example.com", "nice@example.com"),
            .user("2", "ann@example.com", "forgetme3@example.com", "forgetmex@example.com"),
        ]
        let plan = try bench.sync()
        #expect(plan.outcome.leftOut.excluded == 2)
        #expect(bench.lines == ["user ann@example.com aka forgetmex@example.com"])
    }

    @Test("accounts whose sign-in is disabled stay, unless the setting leaves them out; shared mailboxes always stay")
    func disabled() throws {
        for policy in [Rules.Disabled.keep, .leaveOut] {
            var bench = try PlanBench(disabled: policy)
            bench.people = [
                Person("1", [("mail", "ann@example.com"), ("enabled", "false")]),
                Person("2", [("mail", "info@example.com"), ("enabled", "false"), ("type", "shared")]),
                Person("3", .resource, [("mail", "room@example.com"), ("enabled", "false"), ("type", "room")]),
            ]
            let plan = try bench.sync()
            #expect(plan.outcome.leftOut.disabled == (policy == .keep ? 0 : 1))
            #expect(bench.book.count == (policy == .keep ? 3 : 2))
        }
    }

    @Test("objects without any address, and system objects, are no part of the book")
    func noAddress() throws {
        var bench = try PlanBench()
        bench.people = [
            Person("1", [("displayName", "Nobody")]), Person("2", [("mail", "sys@example.com"), ("type", "system")]),
            Person("3", [("mail", "not an address")]),
        ]
        let plan = try bench.sync()
        #expect(plan.outcome.leftOut.noAddress == 1)
        #expect(plan.outcome.leftOut.invalid == 1)
        #expect(bench.book.isEmpty)
    }
}
