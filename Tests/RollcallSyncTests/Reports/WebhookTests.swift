import Foundation
import RollcallConnectors
import RollcallCore
import RollcallStore
import TestSupport
import Testing

@testable import RollcallSync

@Suite("Reports by webhook")
struct WebhookTests {
    private let reports: ReportFixture
    private var world: SyncFixture { reports.world }

    init() throws {
        reports = try ReportFixture(people: "")
        try reports.world.set("notify.webhook", "http://127.0.0.1:\(reports.sink.http)/rollcall")
        try reports.world.people(0..<5)
    }

    private func sign(_ secret: String) throws {
        let ring = try world.service.environment.keyRing()
        try world.store.write { db in
            try Secrets.set(
                db, ring, owner: .reports(of: world.source.id), field: NotifySettings.webhookSecret, Secret(secret),
                at: world.clock.now)
        }
    }

    @Test("the run arrives as JSON, signed so that another program can tell")
    func signed() throws {
        try sign("a shared secret")
        try reports.sink.hook(200, secret: "a shared secret")
        let run = try world.sync()
        try reports.notifier.round(.webhook)
        let post = try #require(try reports.sink.posts().first)
        #expect(post.isGood && post.path == "/rollcall" && post.type == "application/json")
        #expect(post.event == "run.applied" && post.body.event == "run.applied")
        #expect(post.body.run?.id == run.id && post.body.run?.outcome == "applied")
        #expect(post.delivery == post.body.id)
        try reports.sink.hook(200, secret: "another secret")
        try world.sync(full: true)
        try reports.notifier.round(.webhook)
        #expect(try reports.sink.posts().first?.isGood == false)
    }

    @Test(
        "one that answers with an error is tried again with the same delivery, and one that says no is not",
        arguments: [
            (500, QueuedReport.State.queued), (429, .queued), (404, .refused), (410, .refused), (302, .queued),
        ])
    func answers(status: Int, state: QueuedReport.State) throws {
        try reports.sink.hook(status, location: "http://127.0.0.1:\(reports.sink.http)/elsewhere")
        try world.sync()
        try reports.notifier.round(.webhook)
        #expect(try reports.queue().first?.state == state)
        // Wherever it points to, nobody goes there.
        let first = try reports.sink.posts()
        #expect(first.map(\.path) == ["/rollcall"])
        try reports.sink.hook(204)
        world.clock.advance(61)
        try reports.notifier.round(.webhook)
        let second = try reports.sink.posts()
        #expect(second.map(\.delivery) == (state == .queued ? first.map(\.delivery) : []))
    }

    @Test("an address that sync.networks forbids is never connected to")
    func networks() throws {
        var environment = world.service.environment
        environment.networks = try #require(NetworkPolicy("public"))
        let settings = try ReportFixture.settings(reports.sink)
        let notifier = ReportFixture.notifier(SyncService(environment), settings)
        try world.sync()
        try notifier.round(.webhook)
        #expect(try reports.sink.posts().isEmpty)
        #expect(try reports.queue().first?.flaw?.contains("sync.networks") == true)
    }

    @Test("the connector never gets to see the webhook's secret")
    func apart() throws {
        try sign("a shared secret")
        let stored = try world.store.read { try Secrets.list($0, owner: .source(world.source.id)) }
        #expect(stored.isEmpty)
        try world.store.write { try Sources.remove($0, world.source.key, at: world.clock.now) }
        #expect(try world.store.read { try Secrets.list($0, owner: .reports(of: world.source.id)) }.isEmpty)
    }
}
