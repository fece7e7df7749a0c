import Foundation
import RollcallCore
import RollcallStore
import RollcallSync
import TestSupport
import Testing

@testable import RollcallCommands
@testable import RollcallWeb

/// Telling people, as it stands in pages, API and metrics.
@Suite("Reports and trust in pages and API")
struct NotifyTests {
    private let sink: MailSink
    private let world: WebFixture
    private let base = "/domains/example.com/sources/script"
    private let tab = "/domains/example.com/sync/script"

    init() throws {
        sink = try MailSink()
        world = try WebFixture(mail: sink.smtp)
        try world.domain(people: (0..<9).map { "put|user|id\($0)|mail=u\($0)@example.com" })
    }

    @Test("a test notification is sent from the tab and by the API, and says who did not get it")
    func notify() throws {
        #expect(try world.page("GET", tab, as: "owner").text.contains("Nobody is to be told yet"))
        #expect(try world.api("POST", base + "/notify").status == 422)
        let change = #"{"hostSettings":{"notify.recipients":"a@example.net, b@example.net"}}"#
        #expect(try world.api("PUT", base, json: change).status == 200)
        let sent = try world.page("POST", tab + "/notify", as: "owner")
        #expect(sent.status == 200 && sent.text.contains("The test notification was sent"))
        #expect(try sink.mails().map(\.subject) == ["Rollcall: test notification for example.com/script"])
        try sink.refuse(["b@example.net": 550])
        let answer = try world.api("POST", base + "/notify", as: "operator")
        #expect(answer.status == 200 && answer.object["ok"] as? Bool == false)
        #expect(answer.text.contains("550 not here, b@example.net"))
        #expect(try world.api("POST", base + "/notify", as: "viewer").status == 403)
    }

    @Test("the webhook's secret is written only, by form and by API")
    func secret() throws {
        let form = ["h.notify.webhook": "http://127.0.0.1:\(sink.http)/x", "h.notify.webhook_secret": "first secret"]
        #expect(try world.page("POST", tab, as: "owner", form: form).status == 303)
        let page = try world.page("GET", tab, as: "owner").text
        #expect(page.contains("Stored; leave empty to keep it.") && !page.contains("first secret"))
        try sink.hook(200, secret: "first secret")
        #expect(try world.api("POST", base + "/notify").object["ok"] as? Bool == true)
        #expect(try sink.posts().map(\.isGood) == [true])
        let change = #"{"secrets":{"notify.webhook_secret":"second secret"}}"#
        #expect(try world.api("PUT", base, json: change).text.contains("second secret") == false)
        try sink.hook(200, secret: "second secret")
        #expect(try world.api("POST", base + "/notify").object["ok"] as? Bool == true)
        #expect(try sink.posts().map(\.isGood) == [true])
    }

    @Test("what ends soon stands on the tab, the overview, in status and metrics")
    func trust() throws {
        let end = Session.clock().adding(days: 6)
        let day = String(end.description.prefix(10))
        #expect(try world.api("PUT", base, json: #"{"hostSettings":{"trust.expires":"\#(day)"}}"#).status == 200)
        let sentence = "Access ends in 6 days, on \(day)."
        #expect(try world.page("GET", tab, as: "owner").text.contains(sentence))
        #expect(try world.page("GET", "/", as: "owner").text.contains(sentence))
        #expect(try world.api("GET", "/status").text.contains(sentence))
        let metrics = try world.send("GET", "/metrics").text
        #expect(
            metrics.contains(
                #"rollcall_secret_expiry_timestamp_seconds{domain="example.com",source="script",what="access"}"#))
        #expect(metrics.contains(#"rollcall_source_healthy{domain="example.com",source="script"} 1"#))
    }
}
