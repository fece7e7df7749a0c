import RollcallCore
import TestSupport
import Testing

@testable import RollcallStore

@Suite("Retention")
struct RetentionTests {
    private let fixture = Fixture()

    private func forgetAll(_ store: Store, _ retention: Retention = Retention(), at now: Timestamp) throws -> Int {
        var steps = 0
        while try store.forget(retention, at: now) { steps += 1 }
        return steps
    }

    private func run(_ store: Store, _ source: Source, _ outcome: RunOutcome, at: Timestamp) throws -> String {
        var run = try store.write { db in
            let summary = RunSummary(
                id: try Runs.nextID(db, at), domain: "example.com", source: "generic", connector: "generic",
                version: "1", kind: .sync, mode: .full, startedBy: "test", startedAt: at, edition: 0)
            return try Runs.insert(db, summary, source: source.key)
        }
        run.summary.outcome = outcome
        run.summary.startedAt = at
        run.summary.finishedAt = outcome == .running ? nil : at
        try store.write { db in
            try Runs.update(db, run)
            try [1, 2, 3].withUnsafeBytes { try RunChanges.append(db, run: run.summary.id, chunk: 0, data: $0) }
        }
        return run.summary.id
    }

    private func hasPlan(_ store: Store, _ run: String) throws -> Bool {
        var found = false
        try store.read { db in try RunChanges.each(db, run: run) { _, _ in found = true } }
        return found
    }

    @Test("held plans end after 30 days, plans of previews go, history goes at its age, what runs stays")
    func runs() throws {
        let store = try fixture.store()
        let source = try addSource(store)
        let held = try run(store, source, .held, at: noon)
        let preview = try run(store, source, .previewed, at: noon)
        let applied = try run(store, source, .applied, at: noon)
        let running = try run(store, source, .running, at: noon)
        #expect(try forgetAll(store, at: noon.adding(days: 29)) == 0)
        #expect(try forgetAll(store, at: noon.adding(days: 31)) > 0)
        let after = try store.read { try Runs.find($0, id: held) }
        #expect(after?.summary.outcome == .cancelled && after?.summary.warnings.count == 1)
        #expect(try !hasPlan(store, held) && !hasPlan(store, preview) && hasPlan(store, applied))
        #expect(try store.read { try Runs.find($0, id: preview) } != nil)
        _ = try forgetAll(store, at: noon.adding(days: 401))
        #expect(try store.read { try Runs.list($0).map(\.summary.id) } == [running])
        #expect(try !hasPlan(store, applied))
    }

    @Test("what is left of a removed source goes in small steps, and the store is sound at each")
    func removed() throws {
        let store = try fixture.store()
        let (gone, stays) = (try addSource(store), try addSource(store, domain: "example.org"))
        for source in [gone, stays] {
            _ = try run(store, source, .applied, at: noon)
            try store.write { db in
                let writer = try MirrorWriter(db, source.key)
                for number in 0..<5_000 {
                    try Array("id\(number)".utf8).withUnsafeBytes { id in
                        try writer.putObject(
                            id: id, kind: .user, digest: Digest128(of: id), firstSeen: 1, data: id)
                    }
                }
            }
        }
        try store.write { db in try Sources.remove(db, gone.key, at: noon) }
        #expect(try store.check().flaws == [])
        #expect(try store.read { try $0.count("SELECT COUNT(*) FROM objects") } == 10_000)
        #expect(try forgetAll(store, at: noon.adding(days: 29)) == 0)
        let later = noon.adding(days: 31)
        var steps = 0
        while try store.forget(Retention(), at: later) {
            steps += 1
            #expect(try store.check().flaws == [])
        }
        #expect(steps >= 3)
        #expect(try store.read { try $0.count("SELECT COUNT(*) FROM objects") } == 5_000)
        #expect(try store.read { try Runs.list($0).count } == 1)
        #expect(try store.read { try $0.count("SELECT COUNT(*) FROM removed_sources") } == 0)
    }
}

@Suite("The audit trail")
struct AuditTests {
    private let fixture = Fixture()

    private func filled(_ count: Int) throws -> Store {
        let store = try fixture.store()
        for number in 0..<count {
            try store.write { db in
                try Audit.add(
                    db, who: "cli:root", origin: "", what: "source set", target: "example.com/ldap", answer: 0,
                    before: "{\"port\":\"\(number)\"}", after: "{\"port\":\"\(number + 1)\"}",
                    at: noon.adding(days: number))
            }
        }
        return store
    }

    @Test("rows are neither changed nor deleted")
    func final() throws {
        let store = try filled(3)
        for sql in ["UPDATE audit SET who = 'x'", "DELETE FROM audit", "DELETE FROM audit WHERE sequence = 3"] {
            #expect(throws: (any Error).self) { try store.write { try $0.execute(sql) } }
        }
        #expect(try store.check().flaws == [])
    }

    @Test(
        "who goes around that is found out",
        arguments: [
            "UPDATE audit SET after = '{}' WHERE sequence = 2", "UPDATE audit SET at = at + 1 WHERE sequence = 1",
            "DELETE FROM audit WHERE sequence = 2", "DELETE FROM audit WHERE sequence = 1",
            "DELETE FROM audit WHERE sequence = 4", "UPDATE audit SET digest = x'' WHERE sequence = 1",
        ])
    func tampered(sql: String) throws {
        let store = try filled(4)
        try store.write { db in
            try db.execute("DROP TRIGGER audit_is_final")
            try db.execute("DROP TRIGGER audit_is_kept")
            try db.execute(sql)
        }
        let flaws = try store.check().flaws
        #expect(flaws.count == 1 && flaws[0].contains("audit trail"), "\(flaws)")
    }

    @Test("the oldest go at their age, and what is left is a whole chain, also for what comes after")
    func pruned() throws {
        let store = try filled(10)
        var retention = Retention()
        retention.audit = 5 * 86_400
        while try store.forget(retention, at: noon.adding(days: 9)) {}
        #expect(try store.read { try Audit.list($0, limit: 100).map(\.sequence) } == [10, 9, 8, 7, 6, 5])
        #expect(try store.check().flaws == [])
        while try store.forget(retention, at: noon.adding(days: 100)) {}
        #expect(try store.read { try Audit.list($0, limit: 100) }.isEmpty)
        try store.write { db in
            try Audit.add(db, who: "a", origin: "", what: "b", target: "c", answer: 0, at: noon.adding(days: 100))
        }
        #expect(try store.check().flaws == [])
    }

    @Test("no secret is written into it")
    func secrets() throws {
        let store = try fixture.store()
        SecretRegistry.shared.add("an audited secret 4711")
        try store.write { db in
            try Audit.add(
                db, who: "a", origin: "", what: "b", target: "x an audited secret 4711", answer: 0,
                after: "{\"p\":\"an audited secret 4711\"}", at: noon)
        }
        let record = try #require(try store.read { try Audit.list($0, limit: 1).first })
        #expect(record.target == "x [secret]" && record.after == "{\"p\":\"[secret]\"}")
    }
}
