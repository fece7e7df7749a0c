import Foundation
import RollcallCore
import RollcallStore
import TestSupport

@testable import RollcallSync

/// A source that tells people, and a mail server that keeps what it is told.
final class ReportFixture {
    let world: SyncFixture
    let sink: MailSink
    let notifier: Notifier

    init(on: String = "every", sink: MailSink? = nil, mail: MailSettings? = nil, people: String = "ops@example.net")
        throws
    {
        let world = try SyncFixture()
        let sink = try sink ?? MailSink()
        self.world = world
        self.sink = sink
        notifier = Self.notifier(world.service, try mail ?? Self.settings(sink))
        try world.set("notify.enabled", "on")
        try world.set("notify.recipients", people)
        try world.set("notify.on", on)
    }

    static func settings(_ sink: MailSink) throws -> MailSettings {
        MailSettings(
            server: .smtp(host: "127.0.0.1", port: sink.smtp, isEncrypted: false),
            from: try address("rollcall@example.org"))
    }

    static func address(_ text: String) throws -> MailAddress {
        guard let address = MailAddress(text) else { throw Products.Failure(description: "\(text) is no address") }
        return address
    }

    static func notifier(_ service: SyncService, _ mail: MailSettings) -> Notifier {
        Notifier(service, .init(baseURL: "https://rollcall.example.org", version: "1.0", mail: { mail }))
    }

    /// Sends what is due, and answers what has come.
    func sent() throws -> [MailSink.Mail] {
        try notifier.round(.mail)
        return try sink.mails()
    }

    /// What a directory that is away, or says something hostile, comes to.
    func fail(_ status: Int = 6, _ text: String = "The directory is away.") throws {
        try world.fixture.file("\(world.folder)/script/full", "problem\t-\t\(text)\nreturn\t\(status)\n")
    }

    func queue() throws -> [QueuedReport] {
        try world.store.read { try ReportQueue.list($0, source: world.source.id) }
    }

    func attention() throws -> [String] { try world.service.status().flatMap(\.attention) }
}
