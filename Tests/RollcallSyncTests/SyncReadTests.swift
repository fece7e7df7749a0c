internal import Foundation
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync
internal import Testing

@Suite("Reads that go well, half well and not at all")
struct SyncReadTests {
    let world: SyncFixture

    init() throws { world = try SyncFixture() }

    @Test("a delta adds, patches and deletes, and hands the last state on")
    func delta() throws {
        try world.people(0..<5, ["put group g mail=all@example.com", "edge g id1"])
        try world.sync()
        try world.script(
            "delta",
            [
                "mode", "put user id9 mail=u9@example.com", "patch user id1 alias=one@example.com",
                "patch user id2 mail=two@example.com", "delete user id3", "edge g id9", "unedge g id1", "checkpoint s2",
            ])
        let run = try world.sync()
        #expect(run.mode == .delta && run.outcome == .applied)
        #expect(run.read.objects == 7 && run.read.memberships == 1)
        let book = try world.book()
        #expect(book.first { $0.objectID == "id1" }?.aliases == ["one@example.com"])
        #expect(book.first { $0.objectID == "id2" }?.primary == "two@example.com")
        #expect(book.first { $0.objectID == "id3" }?.isGrace == true)
        #expect(book.first { $0.isList }?.members == ["u9@example.com"])
        try world.script("delta", ["mode", "checkpoint s3"])
        #expect(try world.store.read { try Sources.find($0, id: world.source.id)?.state } == Array("s2".utf8))
        try world.sync()
        #expect(try world.store.read { try Sources.find($0, id: world.source.id)?.state } == Array("s3".utf8))
    }

    @Test("a connector that asks for a full read gets it in the same run")
    func needFull() throws {
        try world.people(0..<5)
        try world.sync()
        try world.script("delta", ["return 7"])
        try world.people(0..<4)
        let run = try world.sync()
        #expect(run.mode == .full && run.counts.accounts.delete == 1)
    }

    @Test(
        "a read that does not end well deletes nothing, and says what kind of failure it was",
        arguments: [
            ("return 1", ProblemClass.failed, Int32(1)), ("return 3", .badSettings, 4), ("return 4", .needConsent, 4),
            ("return 5", .denied, 4), ("return 6", .unavailable, 5), ("crash", .crashed, 1), ("exit", .failed, 1),
            ("sleep 20000", .hung, 1),
        ])
    func failures(end: String, kind: ProblemClass, exit: Int32) throws {
        try world.people(0..<5)
        try world.sync()
        let before = try world.book()
        try world.script("full", ["put user id1 mail=changed@example.com", end])
        let run = try world.sync(full: true)
        #expect(run.outcome == .failed && run.problem?.class == kind && run.exitCode == exit)
        #expect(run.read.complete == false)
        #expect(try world.book() == before)
        // The next good read makes up for it.
        try world.people(0..<5)
        #expect(try world.sync().outcome == .unchanged)
        #expect(try world.book() == before)
    }

    @Test("a full read that failed after it had begun to write has forgotten the old state")
    func failedLate() throws {
        try world.people(0..<5)
        try world.sync()
        let filler = String(repeating: "x", count: 60_000)
        try world.script(
            "full", (0..<600).map { "put user id\($0) mail=v\($0)@example.com displayName=\(filler)" } + ["return 6"])
        #expect(try world.sync(full: true).exitCode == 5)
        #expect(try world.book().count == 5)
        try world.script("delta", [])
        try world.people(0..<5)
        let next = try world.sync()
        #expect(next.mode == .full && next.outcome == .unchanged && next.read.objects == 5)
    }

    @Test("a problem that a connector names goes with the run, and with success it is a warning")
    func problems() throws {
        try world.script("full", ["put user a mail=a@example.com", "problem script Careful", "checkpoint s"])
        #expect(try world.sync().warnings == ["Careful"])
        try world.script("full", ["problem script Wrong", "return 3"])
        let run = try world.sync(full: true)
        #expect(run.problem?.field == "script" && run.problem?.text == "Wrong")
    }

    @Test("a full read that was interrupted is gone on with from its checkpoint, and drops only what neither part saw")
    func resumed() throws {
        try world.people(0..<6)
        try world.sync()
        try world.script(
            "full",
            ["put user id0 mail=u0@example.com", "put user id1 mail=new@example.com", "checkpoint half", "return 6"])
        #expect(try world.sync(full: true).exitCode == 5)
        try world.script(
            "resume",
            ["mode", "put user id2 mail=u2@example.com", "put user id3 mail=u3@example.com", "checkpoint end"])
        let run = try world.sync()
        #expect(run.outcome == .applied)
        #expect(run.counts.accounts.delete == 2 && run.counts.accounts.update == 1)
    }

    @Test("bad UTF-8 is replaced and reported, and the record is kept; a kind from the future is skipped and counted")
    func tolerance() throws {
        try world.script(
            "full",
            ["put user a mail=a@example.com displayName=\u{FFFD}", "put 99 b mail=b@example.com", "checkpoint s"])
        let run = try world.sync()
        #expect(run.counts.accounts.add == 1)
        #expect(run.warnings.contains { $0.contains("kinds that this version does not know") })
    }

    @Test("what a connector saves is kept, a secret as a secret")
    func saved() throws {
        try world.script(
            "full", ["save learned 42", "save token hush-hush", "put user a mail=a@example.com", "checkpoint s"])
        try world.sync()
        let source = try world.store.read { try Sources.find($0, id: world.source.id) }
        #expect(source?.settings["learned"] == "42" && source?.settings["token"] == nil)
        let fields = try world.store.read { try Secrets.list($0, owner: .source(world.source.id)).map(\.field) }
        #expect(fields == ["token"])
    }

    @Test("a cancel ends the read, and nothing is planned")
    func cancelled() throws {
        try world.script("full", ["put user a mail=a@example.com", "sleep 60000", "checkpoint s"])
        let control = RunControl()
        control.cancel()
        let run = try world.sync(control: control)
        #expect(run.outcome == .cancelled && run.counts.total == 0)
        #expect(try world.book().isEmpty)
    }

    @Test("a run at work can be cancelled from elsewhere, by its id")
    func cancelledFromElsewhere() throws {
        try world.script("full", ["put user a mail=a@example.com", "sleep 60000", "checkpoint s"])
        let service = world.service
        let canceller = Thread {
            for _ in 0..<200 where !Thread.current.isCancelled {
                Thread.sleep(forTimeInterval: 0.05)
                if let id = try? service.status().first?.running { _ = try? service.cancel(run: id, by: "ann") }
            }
        }
        canceller.start()
        #expect(try world.sync().outcome == .cancelled)
        canceller.cancel()
    }

    @Test("after five crashes in a row the connector is in quarantine")
    func quarantine() throws {
        try world.script("full", ["crash"])
        for _ in 0..<5 { #expect(try world.sync().problem?.class == .crashed) }
        let reason = try world.store.read { db in
            try db.first("SELECT reason FROM connectors WHERE id = 'script'", []) { $0.optionalText(0) } ?? nil
        }
        #expect(reason?.contains("5 runs in a row") == true)
    }
}
