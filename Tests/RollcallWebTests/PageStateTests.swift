import Foundation
import RollcallCore
import RollcallStore
import RollcallWeb
import Testing

/// Each state of a source has a page that says what is true, since when, and what to do.
@Suite("States of the pages")
struct PageStateTests {
    let world: WebFixture

    init() throws { world = try WebFixture() }

    private let people = (0..<30).map { "put|user|id\($0)|mail=u\($0)@example.com" }

    private func sync() throws { _ = try world.api("POST", "/domains/example.com/sources/script/sync?wait=30&full=1") }

    private func tab(_ name: String = "owner") throws -> String {
        try world.page("GET", "/domains/example.com/sync/script", as: name).text
    }

    @Test("empty: the overview says how to begin, the accounts say why there are none")
    func empty() throws {
        #expect(try world.page("GET", "/", as: "owner").text.contains("Add your first domain"))
        try world.domain(people: people)
        #expect(
            try world.page("GET", "/domains/example.com/accounts", as: "owner").text.contains("nothing has been synced")
        )
        #expect(try tab().contains("No run yet."))
    }

    @Test("held: the tab and the overview say by what, and lead to the run")
    func held() throws {
        try world.domain(people: people)
        try sync()
        try world.script(Array(people.prefix(10)))
        try sync()
        let text = try tab()
        #expect(text.contains("This would delete 20 accounts of 30 (66 %).") && text.contains("Review"))
        #expect(try world.page("GET", "/", as: "owner").text.contains("What needs you"))
        // Who only looks is told so at every button.
        let viewer = try tab("viewer")
        #expect(viewer.contains("Your role only looks.") && !viewer.contains("/run\" class=\"inline\""))
    }

    @Test("failed: old data stay, and the page says why and that gateways go on")
    func failed() throws {
        try world.domain(people: people)
        try sync()
        try world.script(["problem||The directory says no", "return|4"])
        try sync()
        let text = try tab()
        #expect(text.contains("The last run failed") && text.contains("Gateways go on with the last good edition"))
        #expect(try world.page("GET", "/domains/example.com/accounts", as: "owner").text.contains("u7@example.com"))
    }

    @Test("disabled and missing: each says so, keeps the settings, and greys the buttons out")
    func away() throws {
        try world.domain(people: people)
        try world.store.write { db in
            var domain = try #require(try Domains.find(db, name: "example.com"))
            let source = try #require(try Sources.find(db, domain: domain.id, type: "script"))
            try Sources.setEnabled(db, source.id, false)
            domain.serverType = "ghost"
            try Domains.update(db, domain)
            _ = try Sources.add(db, domain: domain.id, type: "ghost", at: domain.createdAt)
        }
        #expect(try tab().contains("This source is disabled"))
        let ghost = try world.page("GET", "/domains/example.com/sync/ghost", as: "owner").text
        #expect(ghost.contains("The connector is missing") && ghost.contains("aria-disabled=\"true\""))
        let run = try world.page("POST", "/domains/example.com/sync/ghost/run", as: "owner")
        #expect(run.status == 409 && run.text.contains("The connector cannot be used."))
    }

    @Test("gateways: enforcement of every domain, recipes, and no lookups where nobody answers")
    func gateways() throws {
        try world.domain(people: people)
        let text = try world.page("GET", "/gateways", as: "viewer").text
        #expect(text.contains("off: every address is accepted") && text.contains("relay_recipient_maps"))
        #expect(text.contains("This process does not answer gateways."))
        let checked = try world.page("GET", "/gateways?address=u1@example.com", as: "viewer").text
        #expect(checked.contains("TEMP, a mail server says 451"))
        #expect(try world.api("GET", "/gateway/check?address=u1@example.com").object["answer"] as? String == "TEMP")
        #expect(try world.page("GET", "/", as: "owner").text.contains("Trust ends"))
    }

    @Test("operations are downloaded whole, in as many pieces as it takes")
    func downloads() throws {
        try world.domain(people: (0..<2_345).map { "put|user|id\($0)|mail=u\($0)@example.com" })
        let run = try world.api("POST", "/domains/example.com/sources/script/sync?wait=30").object["id"] as? String
        let path = "/runs/\(try #require(run))/operations"
        let csv = try world.page("GET", path + ".csv", as: "viewer")
        #expect(csv.text.split(separator: "\r\n").count == 2_346 && csv.header("content-disposition") != nil)
        let json = try world.page("GET", path + ".json", as: "viewer")
        let all = try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [[String: Any]]
        #expect(Set(all?.compactMap { $0["address"] as? String } ?? []).count == 2_345)
    }

    @Test("what was done stands in the audit, with who and from where")
    func audit() throws {
        try world.domain(people: people)
        _ = try world.page("POST", "/domains/example.com/settings", as: "admin", form: ["subaddress": "-"])
        let text = try world.page("GET", "/audit", as: "owner").text
        #expect(text.contains("web:admin") && text.contains("<code>domain set</code>") && text.contains("subaddress"))
        #expect(try world.page("GET", "/audit", as: "admin").status == 403)
    }
}
