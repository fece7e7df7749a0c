import RollcallCore
import TestSupport
import Testing

@testable import RollcallStore

@Suite("The history")
struct RunTests {
    let fixture = Fixture()

    private func insert(_ store: Store, _ source: Source, process: ProcessIdentity = .current) throws -> RunRecord {
        try store.write { db in
            try Runs.insert(db, summary(try Runs.nextID(db, noon)), source: source.key, process: process)
        }
    }

    @Test("ids grow, also within a second and when the clock is set back")
    func ids() throws {
        let store = try fixture.store()
        let source = try addSource(store)
        var last = ""
        for second in [0, 0, 0, 5, -100, -100, 6] as [Int64] {
            let run = try store.write { db in
                try Runs.insert(
                    db, summary(try Runs.nextID(db, Timestamp(seconds: noon.seconds + second))), source: source.key)
            }
            #expect(run.summary.id > last && run.summary.id.utf8.count == 26)
            last = run.summary.id
        }
        #expect(try store.read { db in try Runs.list(db).map(\.sequence) } == [7, 6, 5, 4, 3, 2, 1])
    }

    @Test("a run comes back as it was put in, by id, number, page and outcome")
    func roundTrip() throws {
        let store = try fixture.store()
        let source = try addSource(store)
        var runs: [RunRecord] = []
        for number in 0..<5 {
            var run = try insert(store, source)
            run.summary.outcome = number == 3 ? .held : .applied
            run.summary.held = number == 3 ? [Held(limit: "accounts.delete", allowed: "10%", planned: 9, of: 10)] : []
            run.summary.finishedAt = noon.adding(days: number)
            run.summary.problem = Problem(.denied, field: "password", text: "no\u{0}pe", detail: nil)
            run.summary.approvedBy = "admin"
            run.summary.undoes = "x"
            run.planDigest = [UInt8](repeating: UInt8(number), count: 32)
            run.planMirror = 4
            run.planEdition = 5
            try store.write { db in try Runs.update(db, run) }
            runs.append(run)
        }
        try store.read { db in
            for run in runs {
                let byID = try Runs.find(db, id: run.summary.id)
                let bySequence = try Runs.find(db, sequence: run.sequence)
                #expect(byID == run && bySequence == run)
            }
            let first = try Runs.list(db, domain: source.domain, limit: 2)
            let next = try Runs.list(db, domain: source.domain, limit: 9, before: first.last?.summary.id)
            #expect(first + next == runs.reversed())
            let held = try Runs.held(db, source: source.id)
            let all = try Runs.held(db)
            #expect(held == runs[3] && all == [runs[3]])
            let last = try Runs.last(db, source: source.id, outcomes: [.applied, .unchanged])
            #expect(last == runs[4])
            let other = try Runs.list(db, domain: source.domain + 1)
            #expect(other == [])
        }
    }

    @Test("a run whose process is gone is found and ended as failed")
    func interrupted() throws {
        let store = try fixture.store()
        let source = try addSource(store)
        var dead = ProcessIdentity.current
        dead.start -= 1
        let alive = try insert(store, source)
        let gone = try insert(store, source, process: dead)
        let ended = try store.write { db in try Runs.closeInterrupted(db, at: noon) }
        #expect(ended.map(\.summary.id) == [gone.summary.id])
        let now = try store.read { db in
            (try Runs.find(db, id: gone.summary.id), try Runs.find(db, id: alive.summary.id))
        }
        #expect(now.0?.summary.outcome == .failed && now.0?.summary.problem?.class == .failed)
        #expect(now.0?.summary.finishedAt == noon)
        #expect(now.1 == alive)
        #expect(try store.write { db in try Runs.closeInterrupted(db, at: noon) } == [])
    }

    @Test("a run on another machine counts as gone when nothing renews its lease")
    func away() throws {
        let store = try fixture.store()
        let source = try addSource(store)
        var away = ProcessIdentity.current
        away.host += "-other"
        _ = try insert(store, source, process: away)
        _ = try store.write { db in try Leases.take(db, source: source.id, what: "sync", at: noon, process: away) }
        func ended(_ after: Int64) throws -> Int {
            try store.read { db in try Runs.interrupted(db, at: Timestamp(seconds: noon.seconds + after)).count }
        }
        #expect(try ended(30) == 0)
        #expect(try ended(61) == 1)
    }

    @Test("a plan's chunks come back in order and go with the call")
    func changes() throws {
        let store = try fixture.store()
        var random = SeededGenerator(seed: 5)
        let chunks = (0..<12).map { _ in random.bytes(random.below(50_000)) }
        try store.write { db in
            for (number, chunk) in chunks.enumerated().reversed() {
                try chunk.withUnsafeBytes { try RunChanges.append(db, run: "r", chunk: number, data: $0) }
            }
        }
        var read: [[UInt8]] = []
        try store.read { db in try RunChanges.each(db, run: "r") { read.append([UInt8]($1)) } }
        #expect(read == chunks)
        try store.write { db in try RunChanges.delete(db, run: "r") }
        try store.read { db in try RunChanges.each(db, run: "r") { _, _ in Issue.record("still there") } }
    }
}
