import RollcallCore
import RollcallStore
import RollcallSync
import Testing

/// Questions about books and plans that are answered from bytes: the same answers as from a look at everything.
@Suite("Filtered and explained")
struct AskTests {
    let world: SyncFixture

    init() throws { world = try SyncFixture() }

    /// All pages of this size, one after the other.
    private func pages(_ run: String, _ filter: OperationFilter, _ limit: Int) throws -> [RollcallCore.Operation] {
        var all: [RollcallCore.Operation] = []
        var place: OperationPlace? = .start
        while let here = place {
            let page = try world.service.operations(run: run, filter, from: here, limit: limit)
            #expect(page.items.count == limit || page.next == nil)
            all += page.items
            place = page.next
        }
        return all
    }

    @Test("pages of operations, filtered or not, are those of a look at all", arguments: [1, 7, 1000])
    func pages(limit: Int) throws {
        try world.people(
            0..<40,
            [
                "put user last mail=Zoe@example.com alias=Zz.Top@example.com displayName=Zoe",
                "put group all mail=all@example.com", "member all id3", "member all last",
            ])
        let run = try world.sync()
        let all = try world.operations(run.id)
        #expect(try pages(run.id, OperationFilter(), limit) == all)
        for text in ["zz.TOP@", "ZOE@", "u3", "id39", "nothing like it", "NEW in the", "all@"] {
            for op in [nil, RollcallCore.Operation.Op.add, .delete] {
                for what in [nil, RollcallCore.Operation.What.account, .alias, .member] {
                    let filter = OperationFilter(op: op, what: what, text: text)
                    #expect(try pages(run.id, filter, limit) == all.filter(filter.matches), "\(text)")
                }
            }
        }
        #expect(try pages(run.id, OperationFilter(text: "zz.TOP@"), limit).map(\.address) == ["Zz.Top@example.com"])
        let beyond = try world.service.operations(run: run.id, OperationFilter(), from: .init(chunk: 9), limit: 5)
        #expect(beyond.items.isEmpty && beyond.next == nil)
    }

    @Test(
        "a place is what it was written as, and nothing else is one",
        arguments: ["", "1", "1-2", "1-2-x", "-1-0-0", "1-2-3-4"])
    func places(text: String) {
        #expect(OperationPlace(text) == nil)
        #expect(OperationPlace("3-20-1") == OperationPlace(chunk: 3, change: 20, operation: 1))
        #expect(OperationPlace(chunk: 3, change: 20, operation: 1).description == "3-20-1")
    }

    @Test("explain finds an alias, an address in grace, one that only a mirror has, and letters beyond ASCII")
    func explain() throws {
        try world.people(
            0..<6, ["put user x mail=Xaver@example.com alias=X.Alias@example.com alias=jörg.x@example.com"])
        try world.sync()
        let alias = try world.service.explain("x.ALIAS@EXAMPLE.com")
        #expect(alias.accepted && alias.as == "alias" && alias.because == "alias X.Alias@example.com")
        #expect(try world.service.explain("jörg.x@example.com").account == "Xaver@example.com")
        #expect(try world.service.explain("jürg.x@example.com").why == .unknown)
        // An alias leaves a living entry, and an object comes that no plan has looked at.
        try world.people(0..<6, ["put user x mail=Xaver@example.com", "put user n mail=New@example.com"])
        try world.set("limit.accounts.add", "0")
        #expect(try world.sync(full: true).outcome == .held)
        let new = try world.service.explain("new@example.com")
        #expect(new.why == .unknown && new.objectId == "n" && new.because == "mail New@example.com")
        try world.set("limit.accounts.add", "off")
        try world.sync(full: true)
        let grace = try world.service.explain("x.alias@example.com")
        #expect(grace.why == .grace && grace.account == "Xaver@example.com")
        #expect(try world.service.explain("x.alia@example.com").why == .unknown)
    }

    @Test("a remembered count is that of the present edition")
    func counts() throws {
        func count() throws -> Int64 {
            try world.store.read { try Book.counts($0, domain: world.domain.id) }.reduce(0) { $0 + $1.entries }
        }
        #expect(try count() == 0)
        try world.people(0..<6)
        try world.sync()
        #expect(try count() == 6)
        // What is taken back is not remembered.
        struct Undone: Error {}
        #expect(throws: Undone.self) {
            try world.store.write { db in
                try db.execute("DELETE FROM entries", [])
                try Editions.advance(db, domain: world.domain.id)
                #expect(try Book.counts(db, domain: world.domain.id).isEmpty)
                throw Undone()
            }
        }
        try world.people(0..<7)
        try world.sync(full: true)
        #expect(try count() == 7)
    }
}
