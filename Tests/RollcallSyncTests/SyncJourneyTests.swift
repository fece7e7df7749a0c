internal import RollcallCore
internal import RollcallStore
internal import RollcallSync
internal import Testing

@Suite("A source's way into the book")
struct SyncJourneyTests {
    let world: SyncFixture

    init() throws { world = try SyncFixture() }

    @Test("a preview shows the plan and applies nothing; the sync does just that; a second one is unchanged")
    func journey() throws {
        try world.people(0..<30, ["put group g mail=all@example.com", "edge g id1", "edge g id2"])
        let preview = try world.sync(.preview)
        #expect(preview.outcome == .previewed && preview.counts.accounts.add == 30 && preview.counts.members.add == 2)
        #expect(try world.book().isEmpty)
        let run = try world.sync()
        #expect(run.outcome == .applied && run.counts == preview.counts)
        #expect(try world.operations(run.id) == world.operations(preview.id))
        #expect(run.read.objects == 31 && run.read.memberships == 2 && run.read.complete)
        #expect(run.edition == .init(from: 0, to: 1))
        let second = try world.sync(full: true)
        #expect(second.outcome == .unchanged && second.read.changed == 0 && second.read.objects == 31)
        #expect(second.edition == .init(from: 1, to: 1))
    }

    @Test("an emptied and a halved source are held, and the book stays untouched", arguments: [0..<0, 0..<15])
    func held(left: Range<Int>) throws {
        try world.people(0..<30)
        try world.sync()
        let before = try world.book()
        try world.people(left)
        let run = try world.sync(full: true)
        #expect(run.outcome == .held && run.exitCode == 3)
        #expect(run.held.contains { $0.limit == "accounts.delete" && $0.planned == 30 - left.count && $0.of == 30 })
        #expect(run.held.contains { $0.limit == "empty" } == left.isEmpty)
        #expect(try world.book() == before)
        #expect(try world.edition() == 1)
        // It holds again while it is over, and the later plan takes the earlier one's place.
        let again = try world.sync(full: true)
        #expect(again.outcome == .held)
        #expect(try world.service.run(id: run.id).outcome == .cancelled)
        // Back within the limits: applied, and the held one is closed.
        try world.people(0..<30)
        #expect(try world.sync(full: true).outcome == .unchanged)
        #expect(try world.service.run(id: again.id).outcome == .cancelled)
    }

    @Test("an approval applies just the held plan, once, and undo restores the book to the byte")
    func approveAndUndo() throws {
        try world.people(0..<30)
        try world.sync()
        let before = try world.book()
        try world.people(0..<10)
        let held = try world.sync(full: true)
        let planned = try world.operations(held.id)
        let approved = try world.service.approve(run: held.id, by: "ann")
        #expect(approved.id == held.id && approved.outcome == .applied && approved.approvedBy == "ann")
        #expect(try world.operations(held.id) == planned)
        #expect(try world.book().filter { $0.isGrace }.count == 20)
        #expect(throws: SyncFailure.self) { try world.service.approve(run: held.id, by: "ann") }
        let undone = try world.service.undo(run: held.id, isPreview: false, by: "ann")
        #expect(undone.outcome == .applied && undone.kind == .undo && undone.counts.accounts.add == 20)
        #expect(try world.book() == before)
        #expect(try world.edition() == 3)
        #expect(try world.service.run(id: held.id).undoneBy == undone.id)
    }

    @Test("an approval is refused when the book has changed since, and the new plan is held anew")
    func staleApproval() throws {
        try world.people(0..<30)
        try world.sync()
        try world.people(0..<10)
        let held = try world.sync(full: true)
        try world.store.write { db in
            let entry = Entry(primary: "hand@example.com", kind: .user, since: [0])
            try BookWriter(db, domain: world.domain.id).put(entry)
            try Editions.advance(db, domain: world.domain.id)
        }
        let answer = try world.service.approve(run: held.id, by: "ann")
        #expect(answer.id != held.id && answer.outcome == .held)
        #expect(try world.service.run(id: held.id).outcome == .cancelled)
        #expect(try world.book().contains { $0.isGrace } == false)
        #expect(try world.service.approve(run: answer.id, by: "ann").outcome == .applied)
    }

    @Test("the undo of a first sync would empty the book, so it is held until approved")
    func undoFirst() throws {
        try world.people(0..<3)
        let run = try world.sync()
        let undo = try world.service.undo(run: run.id, isPreview: false, by: "ann")
        #expect(undo.outcome == .held && undo.held.contains { $0.limit == "empty" })
        #expect(try world.service.approve(run: undo.id, by: "ann").outcome == .applied)
        #expect(try world.book().isEmpty)
    }

    @Test("a deleted entry ends with its grace, in the next run of any kind, and undo still brings it back")
    func grace() throws {
        try world.people(0..<30)
        try world.sync()
        let before = try world.book()
        try world.people(0..<28)
        let run = try world.sync(full: true)
        #expect(run.counts.accounts.delete == 2)
        #expect(try world.book().count == 30)
        world.clock.advance(86_400)
        #expect(try world.sync().outcome == .unchanged)
        #expect(try world.book().count == 28)
        #expect(try world.edition() == 3)
        #expect(try world.service.undo(run: run.id, isPreview: false, by: "ann").outcome == .applied)
        #expect(try world.book() == before)
    }

    @Test("explain says why, where and since when, or why not")
    func explain() throws {
        try world.set("exclude", "u3@*")
        try world.people(0..<5, ["put user x mail=x@example.com alias=y@example.com where=line7"])
        let run = try world.sync()
        let yes = try world.service.explain("Y@example.com")
        #expect(yes.accepted && yes.as == "alias" && yes.account == "x@example.com" && yes.where == "line7")
        #expect(yes.because == "alias y@example.com" && yes.since?.run == run.id && yes.owner == "script")
        #expect(try world.service.explain("u3@example.com").why == .excluded)
        #expect(try world.service.explain("nobody@example.com").why == .unknown)
        #expect(try world.service.explain("a@other.org").why == .foreign)
        #expect(try world.service.explain("not an address").why == .invalid)
        try world.people(0..<5)
        try world.sync(full: true)
        #expect(try world.service.explain("y@example.com").why == .grace)
        world.clock.advance(90_000)
        try world.sync()
        #expect(try world.service.explain("y@example.com").why == .deleted)
    }

    @Test("a test of the connection shows records as they would look, and stores nothing")
    func connection() throws {
        try world.people(0..<40, ["put user f mail=f@other.org"])
        let report = try world.service.test(SourceName("example.com"))
        #expect(report.ok && report.sample.count == 10 && report.sample[0].address == "u0@example.com")
        #expect(try world.store.read { try Mirror.counts($0, world.source.key).objects } == 0)
    }
}
