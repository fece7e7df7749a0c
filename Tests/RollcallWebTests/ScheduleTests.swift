import Foundation
import Logging
import RollcallCore
import RollcallStore
import RollcallSync
import RollcallWeb
import Testing

@Suite("The schedule")
struct ScheduleTests {
    @Test("a source whose slot has come is synced once, one that is off never, and what grace has run out for ends")
    func due() throws {
        let world = try WebFixture()
        try world.domain("example.com", people: ["put|user|1|mail=a@example.com", "put|user|2|mail=b@example.com"])
        try world.domain("example.org", people: ["put|user|1|mail=a@example.org"])
        for name in ["example.com", "example.org"] {
            _ = try world.api("POST", "/domains/\(name)/sources/script/sync?wait=30")
        }
        // Yesterday's runs, and an address whose grace is over.
        try world.store.write { db in
            for var record in try Runs.list(db) {
                record.summary.startedAt = Timestamp(seconds: record.summary.startedAt.seconds - 2 * 86_400)
                try Runs.update(db, record)
            }
            let domain = try #require(try Domains.find(db, name: "example.com"))
            let source = try #require(try Sources.find(db, domain: domain.id, type: "script"))
            try Sources.set(db, source.id, host: true, "auto.enabled", "on")
            let old = Entry(primary: "old@example.com", kind: .user, until: 1, since: [0])
            try BookWriter(db, domain: domain.id).put(old)
        }
        let loop = ScheduleLoop(world.site, concurrency: 4, logger: Logger(label: "test"))
        loop.round()
        func runs() throws -> [RunSummary] {
            try world.store.read { try Runs.list($0).map(\.summary).filter { $0.startedBy == "schedule" } }
        }
        for _ in 0..<300 where try runs().first?.outcome ?? .running == .running { usleep(100_000) }
        loop.round()
        #expect(try runs().map(\.domain) == ["example.com"])
        #expect(try runs().first?.outcome == .unchanged)
        #expect(
            try world.api("GET", "/domains/example.com/accounts").object["items"].map { "\($0)".contains("old@") }
                == false)
    }
}
