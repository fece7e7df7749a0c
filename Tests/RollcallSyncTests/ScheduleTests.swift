import Foundation
import RollcallConnectors
import RollcallCore
import RollcallStore
import RollcallSync
import Synchronization
import TestSupport
import Testing

@Suite("Slots in the store")
struct ScheduleTests {
    private let world: SyncFixture

    init() throws { world = try SyncFixture.scheduled() }

    /// What the scheduler would do: each due slot begins its run. `true` where one was begun.
    @discardableResult
    private func look() throws -> [DueSource] {
        let due = try world.service.due()
        for one in due {
            var options = SyncService.RunOptions(startedBy: "schedule")
            options.slot = one.slot
            _ = try world.service.run(one.name, options)
        }
        return due
    }

    private var claimed: Int64 {
        get throws { try world.store.read { try SlotClaims.count($0, source: world.source.id) } }
    }

    @Test("a slot before the first sync is nobody's, the next one is served once, and a missed one is caught up once")
    func once() throws {
        try world.set("auto.times_per_day", "4")
        #expect(try look().isEmpty)
        world.clock.advance(6 * 3600)
        #expect(try look().count == 1)
        #expect(try look().isEmpty)
        // Two days away: one run, not eight.
        world.clock.advance(48 * 3600)
        #expect(try look().count == 1)
        #expect(try look().isEmpty)
        #expect(try claimed == 2)
    }

    @Test("a sync by hand after the moment of a missed slot stands for it")
    func byHand() throws {
        world.clock.advance(86_400)
        #expect(try world.service.due().count == 1)
        try world.sync()
        #expect(try world.service.due().isEmpty)
    }

    @Test(
        "a clock that jumps and is mended loses no slot and serves none twice",
        arguments: [3600, -3600, 86_400, -86_400, -31_536_000])
    func jumps(by jump: Int64) throws {
        try world.set("auto.times_per_day", "4")
        try world.set("auto.start_hour", "1")
        try world.set("auto.time_zone", "Europe/Berlin")
        var served: [String] = []
        var catchUps = 0
        func live(hours: Int) throws {
            for _ in 0..<(hours * 2) {
                world.clock.advance(1800)
                for due in try look() { served.append(try #require(due.slot).key) }
            }
        }
        let begin = world.clock.now.seconds
        try live(hours: 24)
        world.clock.advance(jump)
        let before = served.count
        try look().forEach { served.append(try #require($0.slot).key) }
        catchUps += served.count - before
        try live(hours: 3)
        world.clock.advance(-jump)
        let mended = served.count
        try look().forEach { served.append(try #require($0.slot).key) }
        catchUps += served.count - mended
        try live(hours: 72)
        #expect(Set(served).count == served.count, "twice: \(served)")
        #expect(catchUps <= 1)
        // Every slot of the days that were lived through has been served, by its key.
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        let slots = Slots(timesPerDay: 4, startHour: 1, name: "") {
            Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double($0))))
        }
        var at = begin
        let end = world.clock.now.seconds
        while true {
            let slot = slots.next(after: at)
            guard slot.at <= end else { break }
            #expect(served.contains(slot.key), "lost: \(slot)")
            at = slot.at
        }
    }

    @Test("of many that see a slot, one runs it")
    func race() throws {
        world.clock.advance(86_400)
        let due = try #require(try world.service.due().first)
        let wins = Mutex(0)
        let service = world.service
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            var options = SyncService.RunOptions(startedBy: "schedule")
            options.slot = due.slot
            options.patience = 30
            if (try? service.run(due.name, options)) != nil { wins.withLock { $0 += 1 } }
        }
        #expect(wins.withLock { $0 } == 1)
        #expect(try claimed == 1)
    }

    @Test("the run of a killed process is tried again after a minute, its slot is not served twice")
    func killed() throws {
        world.clock.advance(86_400)
        let due = try #require(try world.service.due().first)
        let gone = ProcessIdentity(
            host: ProcessIdentity.current.host, boot: ProcessIdentity.current.boot, pid: 1 << 22, start: 1)
        try world.store.write { db in
            let now = world.clock.now
            let summary = RunSummary(
                id: try Runs.nextID(db, now), domain: "example.com", source: "script", connector: "script",
                version: "1", kind: .sync, mode: .full, startedBy: "schedule", startedAt: now, edition: 1)
            _ = try Runs.insert(db, summary, source: world.source.key, process: gone)
            #expect(try SlotClaims.claim(db, source: world.source.id, try #require(due.slot), run: summary.id))
        }
        #expect(try world.service.due().isEmpty)
        try world.store.write { _ = try Runs.closeInterrupted($0, at: world.clock.now) }
        #expect(try world.service.due().isEmpty)
        world.clock.advance(60)
        let again = try look()
        #expect(again.count == 1 && again.first?.slot == nil)
        #expect(try look().isEmpty)
        #expect(try claimed == 1)
    }

    @Test("a run that is stopped with the program gives its slot back, one that a person stops does not")
    func stopped() throws {
        for (isStopping, isDue) in [(true, true), (false, false)] {
            world.clock.advance(86_400)
            try world.script("full", ["wait 9000", "put user id1 mail=u1@example.com"])
            let due = try #require(try world.service.due().first)
            var options = SyncService.RunOptions(startedBy: "schedule")
            options.slot = due.slot
            let control = options.control
            Thread.detachNewThread {
                Thread.sleep(forTimeInterval: 0.5)
                control.cancel(stopping: isStopping)
            }
            #expect(try world.service.run(due.name, options).outcome == .cancelled)
            #expect(try world.service.due().isEmpty != isDue)
            try world.people(0..<5)
        }
    }
}

@Suite("Sources that fail")
struct FailingTests {
    private let world: SyncFixture

    init() throws { world = try SyncFixture.scheduled() }

    private func status() throws -> SourceStatus { try #require(try world.service.status().first) }

    @Test("failures in a row are tried again ever more seldom, and a good run ends the row")
    func failing() throws {
        try world.script("full", ["problem - broken", "return 1"])
        for (number, delay) in [60, 120, 300, 900, 3600, 3600].enumerated() {
            #expect(try world.sync().outcome == .failed)
            let state = try #require(try status().failing)
            #expect(state.failures == number + 1 && !state.paused)
            #expect(try status().nextRun == Timestamp(seconds: world.clock.now.seconds + Int64(delay)))
            world.clock.advance(Int64(delay) - 1)
            #expect(try world.service.due().isEmpty)
            world.clock.advance(1)
            #expect(try world.service.due().count == 1)
        }
        try world.people(0..<5)
        #expect(try world.sync().outcome == .unchanged)
        #expect(try status().failing == nil)
    }

    @Test("settings and consent are waited for, and a good run by hand is as good", arguments: [3, 4])
    func paused(code: Int) throws {
        try world.script("full", ["problem - broken", "return \(code)"])
        #expect(try world.sync().outcome == .failed)
        world.clock.advance(10 * 86_400)
        #expect(try world.service.due().isEmpty)
        #expect(try status().failing?.paused == true)
        #expect(try status().nextRun == nil)
        #expect(try status().attention.contains { $0.contains("paused") })
        try world.store.write { try FailingSources.resume($0, source: world.source.id, at: world.clock.now) }
        world.clock.advance(60)
        #expect(try world.service.due().count == 1)
        try world.people(0..<5)
        #expect(try world.sync().outcome == .unchanged)
        #expect(try world.service.due().isEmpty)
        world.clock.advance(86_400)
        #expect(try world.service.due().count == 1)
    }

    @Test("a wait that was too long to grant says when to come back")
    func refused() throws {
        try world.script("full", ["wait 5400000", "return 6"])
        #expect(try world.sync().outcome == .failed)
        #expect(try status().failing?.class == .unavailable)
        #expect(try status().nextRun == Timestamp(seconds: world.clock.now.seconds + 5_400))
    }

    @Test("a held run is no failure, and a cancelled one neither")
    func held() throws {
        try world.script("full", ["problem - broken", "return 1"])
        #expect(try world.sync().outcome == .failed)
        try world.people(0..<0)
        #expect(try world.sync().outcome == .held)
        #expect(try status().failing == nil)
        let control = RunControl()
        control.cancel()
        #expect(try world.sync(control: control).outcome == .cancelled)
        #expect(try status().failing == nil)
    }
}

extension SyncFixture {
    /// Synced once by hand, and from then on by itself.
    fileprivate static func scheduled() throws -> SyncFixture {
        let world = try SyncFixture()
        try world.people(0..<5)
        try #require(try world.sync().outcome == .applied)
        try world.set("auto.enabled", "on")
        return world
    }
}
