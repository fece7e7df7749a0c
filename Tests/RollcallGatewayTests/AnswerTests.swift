import RollcallGateway
import RollcallStore
import Testing

/// The rules by which gateways are answered, as tables of cases.
@Suite("Answers")
struct AnswerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let key: String
        let answer: String
        let reason: AnswerReason
        init(_ key: String, _ answer: String, _ reason: AnswerReason) {
            self.key = key
            self.answer = answer
            self.reason = reason
        }
        var testDescription: String { "\(key): \(answer)" }
    }

    func check(_ map: GatewayMap, _ item: Case, _ books: Books, policy: AnswerPolicy = .init()) {
        var answerer = Answerer(policy)
        let (text, verdict) = answerer.ask(map, item.key, books)
        #expect(text == item.answer)
        #expect(verdict.reason == item.reason)
    }

    @Test(
        "recipients of an enforced domain",
        arguments: [
            Case("jo@example.com", "OK user", .known), .init("JO@EXAMPLE.COM", "OK user", .known),
            .init("info@example.com", "OK alias", .known), .init("team@example.com", "OK list", .known),
            .init("nobody@example.com", "NOTFOUND", .unknown), .init("gone@example.com", "TEMP", .grace),
            .init("gone-too@example.com", "TEMP", .grace), .init("was-info@example.com", "TEMP", .grace),
            .init("postmaster@example.com", "OK role", .role), .init("ABUSE@example.com", "OK role", .role),
            // Sub-addresses by the domain's characters.
            .init("jo+news@example.com", "OK subaddress", .subaddress),
            .init("info+a+b@example.com", "OK subaddress", .subaddress),
            .init("gone+x@example.com", "TEMP", .grace), .init("+x@example.com", "NOTFOUND", .unknown),
            .init("jo-news@example.com", "NOTFOUND", .unknown), .init("jean-luc@example.com", "OK user", .known),
            // Domain aliases, as A-label and as U-label.
            .init("jo@example.org", "OK user", .known), .init("nobody@example.org", "NOTFOUND", .unknown),
            .init("jo@xn--bcher-kva.example", "OK user", .known), .init("jo@bücher.example", "OK user", .known),
            .init("jo@BÜCHER.example", "OK user", .known),
            // Postfix folds beyond ASCII before it asks; others do not.
            .init("jörg@example.com", "OK user", .known), .init("JÖRG@example.com", "OK user", .known),
            .init("jÖrg@example.com", "OK user", .known), .init("jörg+x@example.com", "OK subaddress", .subaddress),
            .init("strauß@example.com", "OK user", .known), .init("strauss@example.com", "OK user", .known),
            .init("jürg@example.com", "NOTFOUND", .unknown),
            // Quoted forms: Postfix asks with quotes, then without.
            .init("\"john doe\"@example.com", "NOTFOUND", .unknown),
            .init("john doe@example.com", "NOTFOUND", .unknown), .init("\"jo\"@example.com", "OK user", .known),
            .init("\"j\\o\"@example.com", "OK user", .known), .init("\"a@b\"@example.com", "NOTFOUND", .unknown),
            .init("\"\"@example.com", "NOTFOUND", .unknown),
            // Not ours.
            .init("jo@sub.example.com", "NOTFOUND", .unmanaged), .init("jo@elsewhere.test", "NOTFOUND", .unmanaged),
            .init("jo@example.com.", "NOTFOUND", .noDomain), .init("example.com", "NOTFOUND", .noAddress),
            .init("@example.com", "NOTFOUND", .unknown), .init("jo", "NOTFOUND", .noAddress),
            .init("jo@", "NOTFOUND", .noDomain), .init("@", "NOTFOUND", .noDomain),
            .init("jo\u{0}@example.com", "NOTFOUND", .unknown), .init("j o@@example.com", "NOTFOUND", .unknown),
        ])
    func recipients(item: Case) throws {
        check(.recipients, item, Books([try Sample.snapshot()]))
    }

    @Test(
        "everything of a domain is accepted while enforcement is off, and what would be refused is counted",
        arguments: [
            ("jo@example.com", "OK user", false), ("nobody@example.com", "OK unenforced", true),
            ("gone@example.com", "OK unenforced", false), ("john doe@example.com", "OK unenforced", true),
            ("postmaster@example.com", "OK role", false), ("nobody@elsewhere.test", "NOTFOUND", false),
        ])
    func unenforced(key: String, answer: String, refused: Bool) throws {
        var answerer = Answerer()
        let books = Books([try Sample.snapshot(enforces: false)])
        let (text, verdict) = answerer.ask(.recipients, key, books)
        #expect(text == answer)
        #expect(verdict.wouldBeRefused == refused)
        // Also while nothing is sure.
        #expect(
            answerer.ask(.recipients, "nobody@example.com", books.doubted("the store is away")).text == "OK unenforced")
    }

    @Test("a domain that was never synced accepts all while unenforced, and refuses nobody when enforced")
    func neverSynced() throws {
        var answerer = Answerer()
        var empty = try Sample.snapshot(enforces: false, isSynced: false, isEmpty: true)
        #expect(answerer.ask("jo@example.com", Books([empty])).text == "OK unenforced")
        #expect(answerer.ask(.aliases, "jo@example.com", Books([empty])).text == "NOTFOUND")
        empty = try Sample.snapshot(isSynced: false, isEmpty: true)
        #expect(answerer.ask("jo@example.com", Books([empty])).verdict.reason == .emptyBook)
        #expect(answerer.ask(.aliases, "jo@example.com", Books([empty])).text == "TEMP")
    }

    @Test(
        "in doubt, who is known is accepted and everybody else is told to try later",
        arguments: [
            Case("jo@example.com", "OK user", .known), .init("jo+x@example.com", "OK subaddress", .subaddress),
            .init("nobody@example.com", "TEMP", .doubted), .init("postmaster@example.com", "OK role", .role),
            .init("jo@elsewhere.test", "TEMP", .doubted), .init("gone@example.com", "TEMP", .grace),
        ])
    func doubt(item: Case) throws {
        check(.recipients, item, Books([try Sample.snapshot()], doubt: "the store cannot be read"))
    }

    @Test("before anything is loaded, nobody is unknown", arguments: GatewayMap.allCases)
    func notLoaded(map: GatewayMap) {
        check(map, .init(map == .domains ? "example.com" : "jo@example.com", "TEMP", .notLoaded), .none)
    }

    @Test("a stale book goes on refusing who is unknown, unless the operator chose otherwise")
    func stale() throws {
        let now: Int64 = 2_000 + 8 * 86_400
        let books = Books([try Sample.snapshot(syncedAt: 1_900)])
        var answerer = Answerer()
        #expect(answerer.ask("nobody@example.com", books, now: now).text == "NOTFOUND")
        answerer = Answerer(AnswerPolicy(staleIsTemporary: true))
        #expect(answerer.ask("nobody@example.com", books, now: now).verdict.reason == .stale)
        #expect(answerer.ask("jo@example.com", books, now: now).text == "OK user")
        // A later good read without a change counts.
        let fresh = Books(books.snapshots, syncedAt: ["example.com": now - 60])
        #expect(answerer.ask("nobody@example.com", fresh, now: now).text == "NOTFOUND")
    }

    @Test(
        "aliases lead to their account, lists to their members where these are kept, and nothing else is rewritten",
        arguments: [
            Case("info@example.com", "OK jo@example.com", .rewritten),
            .init("info+tag@example.com", "OK jo+tag@example.com", .rewritten),
            .init("info@example.org", "OK jo@example.com", .rewritten),
            .init("team@example.com", "OK jo@example.com, else@elsewhere.test", .rewritten),
            .init("crew@example.com", "OK team@example.com", .rewritten),
            .init("jo@example.com", "NOTFOUND", .notRewritten), .init("all@example.com", "NOTFOUND", .notRewritten),
            .init("nobody@example.com", "NOTFOUND", .unknown), .init("gone@example.com", "TEMP", .grace),
            .init("postmaster@example.com", "NOTFOUND", .unknown),
            // An OK to a bare domain would make a virtual alias domain of it.
            .init("example.com", "NOTFOUND", .noAddress), .init("elsewhere.test", "NOTFOUND", .noAddress),
        ])
    func aliases(item: Case) throws {
        check(.aliases, item, Books([try Sample.snapshot()]))
    }

    @Test("the catch-all takes who is unknown in a book that is sure")
    func catchall() throws {
        var facts = Sample.facts()
        facts.catchall = "rest@example.com"
        var answerer = Answerer()
        let books = Books([try Sample.snapshot(facts)])
        #expect(answerer.ask("nobody@example.com", books).text == "OK catchall")
        #expect(answerer.ask("jo@example.com", books).text == "OK user")
        #expect(answerer.ask("gone@example.com", books).text == "TEMP")
        #expect(answerer.ask(.aliases, "nobody@example.com", books).text == "OK rest@example.com")
        #expect(answerer.ask(.aliases, "abuse@example.com", books).text == "OK rest@example.com")
        #expect(answerer.ask(.aliases, "rest@example.com", books).text == "NOTFOUND")
        #expect(answerer.ask(.aliases, "rest@example.org", books).text == "NOTFOUND")
        #expect(answerer.ask(.aliases, "nobody@example.com", books.doubted("away")).text == "TEMP")
        #expect(answerer.ask(.aliases, "abuse@example.com", books.doubted("away")).text == "NOTFOUND")
        let off = Books([try Sample.snapshot(facts, enforces: false)])
        #expect(answerer.ask(.aliases, "nobody@example.com", off).text == "NOTFOUND")
    }

    @Test(
        "domains",
        arguments: [
            Case("example.com", "OK OK", .domain), .init("EXAMPLE.org", "OK OK", .domain),
            .init("bücher.example", "OK OK", .domain), .init("sub.example.com", "NOTFOUND", .unmanaged),
            .init("elsewhere.test", "NOTFOUND", .unmanaged), .init("jo@example.com", "NOTFOUND", .noDomain),
            .init("*", "NOTFOUND", .noDomain), .init(".example.com", "NOTFOUND", .noDomain),
        ])
    func domains(item: Case) throws {
        check(.domains, item, Books([try Sample.snapshot()]))
    }

    @Test("transport: in the order of preference, equals shared, each address with the same one")
    func transport() throws {
        var facts = Sample.facts()
        facts.inbound = [
            .init(host: "a.example.net", port: 25, preference: 5),
            .init(host: "b.example.net", port: 2525, preference: 10),
            .init(host: "2001:db8::1", port: 25, preference: 10), .init(host: "10.0.0.9", port: 26, preference: 20),
        ]
        let books = Books([try Sample.snapshot(facts), try Sample.snapshot(SnapshotFacts(name: "none.test"))])
        var answerer = Answerer()
        let either: Set = [
            "OK smtp:[a.example.net]:25, [b.example.net]:2525, [2001:db8::1]:25, [10.0.0.9]:26",
            "OK smtp:[a.example.net]:25, [2001:db8::1]:25, [b.example.net]:2525, [10.0.0.9]:26",
        ]
        var seen: Set<String> = []
        for number in 0..<64 { seen.insert(answerer.ask(.transport, "user\(number)@example.com", books).text) }
        #expect(seen == either)
        #expect(either.contains(answerer.ask(.transport, "example.org", books).text))
        #expect(answerer.ask(.transport, "none.test", books).text == "NOTFOUND")
        #expect(answerer.ask(.transport, "elsewhere.test", books).text == "NOTFOUND")
        #expect(answerer.ask(.transport, "*", .none).text == "NOTFOUND")
    }
}
extension Answerer {
    mutating func ask(_ key: String, _ books: Books, now: Int64 = 2_000) -> (text: String, verdict: Verdict) {
        ask(.recipients, key, books, now: now)
    }
}
