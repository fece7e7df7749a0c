import Foundation
import RollcallCore
import RollcallStore
import TestSupport
import Testing

@testable import RollcallSync

@Suite("Trust clock")
struct TrustTests {
    @Test("a date that was entered is warned of 30, 7 and 1 day ahead and when it has come, once each")
    func warnings() throws {
        let reports = try ReportFixture(on: "problems")
        let world = reports.world
        try world.people(0..<5)
        try world.sync()
        let end = world.clock.now.adding(days: 40)
        try world.set("trust.expires", String(end.description.prefix(10)))
        var told: [String] = []
        for _ in 0..<(45 * 4) {
            try world.service.watchTrust()
            told += try reports.sent().map(\.subject)
            world.clock.advance(6 * 3600)
        }
        let name = "Rollcall: example.com/script: access"
        #expect(
            told == [
                "\(name) ends in 30 days", "\(name) ends in 7 days", "\(name) ends in 1 day", "\(name) ends today",
            ])
        #expect(try reports.attention().contains { $0.hasPrefix("Access ended on") })
    }

    @Test("one that is entered late is warned of once, and a new date begins anew")
    func late() throws {
        let reports = try ReportFixture()
        let world = reports.world
        try world.set("trust.expires", String(world.clock.now.adding(days: 5).description.prefix(10)))
        try world.service.watchTrust()
        #expect(try reports.sent().map(\.subject) == ["Rollcall: example.com/script: access ends in 5 days"])
        try world.set("trust.expires", String(world.clock.now.adding(days: 400).description.prefix(10)))
        try world.service.watchTrust()
        #expect(try reports.sent().isEmpty)
        #expect(try reports.attention().isEmpty)
    }

    @Test("what a connection test found out is kept until settings or secrets change")
    func learned() throws {
        let world = try SyncFixture()
        let context = try world.store.read { try SourceContext.load($0, SourceName("example.com")) }
        func ends() throws -> [TrustClock.Ending] { try world.service.status().flatMap(\.trust.ends) }
        try world.service.learnTrust(context, ["certificate_days": "12", "secret_days": "-1", "folder": "x"])
        #expect(try ends().map(\.what) == ["client secret", "certificate"])
        #expect(try ends().map(\.days) == [-1, 12])
        #expect(try ends().map(\.knownBy) == ["connector", "connector"])
        #expect(try world.service.status().flatMap(\.attention).count == 2)
        let ring = try world.service.environment.keyRing()
        try world.store.write {
            try Secrets.set(
                $0, ring, owner: .source(world.source.id), field: "token", Secret("new"), at: world.clock.now)
        }
        #expect(try ends().isEmpty)
    }

    @Test(
        "no good run for two slots, or for as long as was set, is one alarm",
        arguments: [
            ("1", "", 48), ("4", "", 12), ("1", "5", 5), ("1", "off", 0),
        ])
    func silence(times: String, setting: String, hours: Int) throws {
        let reports = try ReportFixture(on: "problems")
        let world = reports.world
        try world.people(0..<5)
        try world.sync()
        try world.set("auto.enabled", "on")
        try world.set("auto.times_per_day", times)
        try world.set("trust.silence", setting)
        var at: [Int] = []
        for hour in 0..<72 {
            try world.service.watchTrust()
            if try !reports.sent().isEmpty { at.append(hour) }
            world.clock.advance(3600)
        }
        #expect(at == (hours == 0 ? [] : [hours]))
        #expect(try reports.attention().contains { $0.hasPrefix("There has been no good run") } == (hours > 0))
        try world.sync(full: true)
        #expect(try reports.attention().isEmpty)
    }

    @Test("access that was taken back is told with its day", arguments: [4, 5])
    func refused(status: Int) throws {
        let reports = try ReportFixture()
        let world = reports.world
        try world.people(0..<5)
        try world.sync()
        try reports.fail(status, "Consent was withdrawn.")
        let first = try world.sync(full: true)
        world.clock.advance(3600)
        try world.sync(full: true)
        #expect(try world.service.status().first?.trust.refusedSince == first.startedAt)
        try world.people(0..<5)
        try world.sync(full: true)
        #expect(try world.service.status().first?.trust.refusedSince == nil)
    }

    // MARK: Health

    @Test("while a source fails nothing that it owns is deleted, not even what is in grace; well again, it goes")
    func grace() throws {
        let reports = try ReportFixture()
        let world = reports.world
        func due() throws -> Bool {
            try world.store.read {
                try GraceExpiry.isDue(
                    $0, domain: world.domain.id, now: world.clock.now,
                    sparing: UnhealthyOwners($0, quarantined: []))
            }
        }
        func expire(quarantined: Set<String> = []) throws -> Bool {
            try world.store.write {
                try GraceExpiry.run(
                    $0, domain: world.domain.id, now: world.clock.now,
                    sparing: UnhealthyOwners($0, quarantined: quarantined))
            }
        }
        try world.people(0..<10)
        try world.sync(full: true)
        try world.people(0..<9)
        #expect(try world.sync(full: true).outcome == .applied)
        #expect(try world.book().count == 10)
        try reports.fail()
        try world.sync(full: true)
        world.clock.advance(3 * 86_400)
        #expect(try !due() && !expire())
        #expect(try world.book().count == 10)
        let status = try #require(try world.service.status().first)
        #expect(status.health == .failing && status.postponed == 1)
        #expect(status.attention.contains { $0.hasPrefix("1 entry stays in grace beyond the end") })
        #expect(try world.service.explain("u9@example.com").detail?.contains("until its source is well") == true)
        // Well again: the run itself ends it, or the schedule does.
        try world.people(0..<9)
        try world.sync(full: true)
        #expect(try world.book().count == 9)
    }

    @Test("a quarantined connector's entries are spared, too")
    func quarantined() throws {
        let world = try SyncFixture()
        try world.people(0..<10)
        try world.sync(full: true)
        try world.people(0..<9)
        try world.sync(full: true)
        world.clock.advance(3 * 86_400)
        func expire(_ quarantined: Set<String>) throws -> Bool {
            try world.store.write {
                try GraceExpiry.run(
                    $0, domain: world.domain.id, now: world.clock.now,
                    sparing: UnhealthyOwners($0, quarantined: quarantined))
            }
        }
        #expect(try !expire(["script"]))
        #expect(try world.book().count == 10)
        #expect(try expire([]))
        #expect(try world.book().count == 9)
    }
}
