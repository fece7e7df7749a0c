import RollcallCore
import TestSupport
import Testing

@testable import RollcallStore

@Suite("Lookups")
struct LookupsTests {
    let fixture = Fixture()

    @Test("hits are kept by day for thirty days, and forgotten after")
    func days() throws {
        let store = try Store.open(.sqlite(path: fixture.temporaryDirectory() + "/db"))
        let jo = Array("jo".utf8)
        func hits(_ day: Int64) throws -> Lookups.Hits {
            try store.read { try Lookups.hits($0, domain: 1, local: jo, on: day) }
        }
        try store.write { db in
            for day in Int64(100)..<140 { try Lookups.add(db, domain: 1, [jo: 2], on: day) }
        }
        #expect(try hits(139) == .init(week: 14, month: 60))
        #expect(try hits(143) == .init(week: 6, month: 52))
        #expect(try hits(168) == .init(week: 0, month: 2))
        // A clock that was set back counts on, and forgets nothing.
        try store.write { try Lookups.add($0, domain: 1, [jo: 5], on: 120) }
        #expect(try hits(139) == .init(week: 19, month: 65))
        try store.write { try Lookups.prune($0, on: 168) }
        #expect(try hits(168) == .init(week: 0, month: 7))
        try store.write { try Lookups.prune($0, on: 169) }
        #expect(try hits(139) == .init())
    }

    @Test("what enforcement would have refused is summed by day")
    func refused() throws {
        let store = try Store.open(.sqlite(path: fixture.temporaryDirectory() + "/db"))
        try store.write { db in
            for day in [Int64(100), 100, 110] { try Lookups.addRefused(db, domain: 1, 3, on: day) }
        }
        #expect(try store.read { try Lookups.refused($0, domain: 1, on: 110) } == .init(week: 3, month: 9))
        #expect(try store.read { try Lookups.refused($0, domain: 2, on: 110) } == .init())
    }
}
