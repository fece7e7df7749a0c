import Foundation
import RollcallCore
import RollcallStore
import RollcallWeb
import Testing

@Suite("The API")
struct APITests {
    let world: WebFixture

    init() throws { world = try WebFixture() }

    private func people(_ range: Range<Int>) -> [String] { range.map { "put|user|id\($0)|mail=u\($0)@example.com" } }

    @Test("the journey: make, sync, hold, approve, undo, explain, remove")
    func journey() throws {
        #expect(try world.api("PUT", "/domains/example.com", json: #"{"type":"script"}"#).status == 201)
        #expect(try world.api("DELETE", "/domains/example.com").status == 204)
        try world.domain(people: people(0..<30))
        let preview = try world.api("POST", "/domains/example.com/sources/script/preview?wait=30")
        #expect(preview.status == 200 && preview.object["outcome"] as? String == "previewed")
        let run = try world.api("POST", "/domains/example.com/sources/script/sync?wait=30")
        #expect(run.object["outcome"] as? String == "applied")
        try world.script(people(0..<10))
        let held = try world.api("POST", "/domains/example.com/sources/script/sync?wait=30&full=1").object
        #expect(held["outcome"] as? String == "held")
        let id = held["id"] as? String ?? ""
        let page = try world.api("GET", "/runs/\(id)/operations?limit=15").object
        let next = try #require(page["nextCursor"] as? String)
        let rest = try world.api("GET", "/runs/\(id)/operations?limit=15&cursor=\(next)").object
        #expect((page["items"] as? [Any])?.count == 15 && (rest["items"] as? [Any])?.count == 5)
        #expect(rest["nextCursor"] is NSNull)
        #expect(try world.api("GET", "/runs/\(id)/operations?cursor=15").status == 422)
        let found = try world.api("GET", "/runs/\(id)/operations?op=delete&what=account&q=U29@").object
        #expect((found["items"] as? [[String: Any]])?.map { $0["address"] as? String } == ["u29@example.com"])
        #expect(try world.api("POST", "/runs/\(id)/approve", as: "viewer").status == 403)
        #expect(try world.api("POST", "/runs/\(id)/approve", as: "operator").object["outcome"] as? String == "applied")
        #expect(try world.api("POST", "/runs/\(id)/approve").status == 409)
        #expect(try world.api("GET", "/explain?address=u20@example.com").object["why"] as? String == "grace")
        #expect(try world.api("POST", "/runs/\(id)/undo").object["kind"] as? String == "undo")
        #expect(try world.api("GET", "/explain?address=u20@example.com").object["accepted"] as? Bool == true)
        #expect(try world.api("GET", "/status").object["ok"] as? Bool == true)
        #expect(
            (try world.api("GET", "/runs?domain=example.com&outcome=applied").object["items"] as? [Any])?.count == 3)
    }

    @Test("lists are paged to their end, each entry once, and searched")
    func paging() throws {
        try world.domain(people: people(0..<57))
        _ = try world.api("POST", "/domains/example.com/sources/script/sync?wait=30")
        var seen: [String] = []
        var target = "/domains/example.com/accounts?limit=10"
        while true {
            let page = try world.api("GET", target).object
            seen += ((page["items"] as? [[String: Any]]) ?? []).compactMap { $0["address"] as? String }
            guard let next = page["nextCursor"] as? String else { break }
            target = "/domains/example.com/accounts?limit=10&cursor=\(next)"
        }
        #expect(seen.count == 57 && Set(seen).count == 57 && seen == seen.sorted())
        let found = try world.api("GET", "/domains/example.com/accounts?q=U5@").object
        #expect((found["items"] as? [Any])?.count == 1)
    }

    @Test("a whole book, in as many pieces as it takes, is what the command line shows")
    func book() throws {
        func isSame() throws -> Bool {
            let answer = try world.api("GET", "/domains/example.com/book", as: "viewer")
            let shown = try world.site.environment.perform(["book", "show", "--", "example.com"], "test")
            return answer.bytes == shown && answer.header("etag") != nil
        }
        try world.domain(people: [])
        #expect(try isSame())
        let groups = (0..<3).map { "put|group|g\($0)|mail=g\($0)@example.com" }
        try world.script(people(0..<2_050) + groups)
        _ = try world.api("POST", "/domains/example.com/sources/script/sync?wait=30")
        #expect(try isSame())
    }

    @Test("an edition is a tag: 304 to who has it, 412 to who would change another")
    func editions() throws {
        try world.domain(people: people(0..<3))
        let answer = try world.api("GET", "/domains/example.com")
        let tag = answer.header("etag") ?? ""
        let token = "Bearer \(world.tokens["admin"] ?? "")"
        let again = try world.send(
            "GET", "/api/v1/domains/example.com", headers: ["authorization": token, "if-none-match": tag])
        #expect(again.status == 304 && again.bytes.isEmpty)
        let stale = try world.send(
            "PUT", "/api/v1/domains/example.com", json: #"{"subaddress":"-"}"#,
            headers: ["authorization": token, "if-match": "\"99\""])
        #expect(stale.status == 412)
        let good = try world.send(
            "PUT", "/api/v1/domains/example.com", json: #"{"subaddress":"-"}"#,
            headers: ["authorization": token, "if-match": tag])
        #expect(good.status == 200 && good.object["subaddress"] as? String == "-")
    }

    @Test(
        "what is wrong is said as a problem, with the class of the command line",
        arguments: [
            ("GET", "/domains/nowhere.example", nil, 404, "notFound"), ("GET", "/runs/01K", nil, 404, "notFound"),
            ("PUT", "/domains/exa mple".replacing(" ", with: "%20"), "{}", 422, "usage"),
            ("PUT", "/domains/example.org", #"{"type":"nothing"}"#, 422, "badSettings"),
            ("PUT", "/domains/example.org", #"{"type":7}"#, 422, "usage"),
            ("PUT", "/domains/example.org", "{", 400, "usage"),
            ("GET", "/explain", nil, 422, "usage"), ("GET", "/domains?limit=0", nil, 422, "usage"),
            ("PATCH", "/domains", nil, 405, "usage"),
        ])
    func problems(method: String, path: String, json: String?, status: Int, kind: String) throws {
        let answer = try world.api(method, path, json: json)
        #expect(answer.status == status, "\(answer.text)")
        #expect(answer.header("content-type") == "application/problem+json")
        #expect((answer.object["type"] as? String)?.hasSuffix(kind) == true, "\(answer.text)")
        #expect(answer.object["detail"] as? String != nil)
    }

    @Test("secrets are written and never read")
    func secrets() throws {
        let answer = try world.api("POST", "/tokens", json: #"{"name":"x","role":"viewer"}"#)
        let secret = answer.object["token"] as? String ?? ""
        #expect(answer.status == 201 && secret.hasPrefix("rc_"))
        #expect(try !world.api("GET", "/tokens").text.contains(secret))
        #expect(try !world.page("GET", "/tokens", as: "owner").text.contains(secret))
        let id = answer.object["id"] as? String ?? ""
        #expect(try world.api("DELETE", "/tokens/\(id)").status == 204)
        #expect(try world.send("GET", "/api/v1/domains", headers: ["authorization": "Bearer \(secret)"]).status == 401)
    }

    @Test("the OpenAPI document names every route that there is, and no other")
    func document() throws {
        let document = try world.send("GET", "/api/v1/openapi.json").object
        let paths = document["paths"] as? [String: [String: Any]] ?? [:]
        var named = Set(paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } })
        for entry in world.site.routes.entries where entry.route.style == .api {
            let path = entry.route.pattern.split(separator: "/").map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : $0 }
            let name = "\(entry.route.method) /\(path.joined(separator: "/"))"
            if name.hasSuffix("openapi.json") { continue }
            #expect(named.remove(name) != nil, "\(name) is not in the document")
        }
        #expect(named.isEmpty)
        #expect(document["openapi"] as? String == "3.1.0")
    }

    @Test("every schema that the OpenAPI document refers to is there, and every answer of a route is described")
    func references() throws {
        let answer = try world.send("GET", "/api/v1/openapi.json")
        let components = answer.object["components"] as? [String: Any]
        let schemas = components?["schemas"] as? [String: Any] ?? [:]
        let marks = answer.text.components(separatedBy: "#/components/schemas/").dropFirst()
        let names = Set(marks.map { String($0.prefix { $0.isLetter }) })
        #expect(names.isSubset(of: Set(schemas.keys)), "\(names.subtracting(schemas.keys))")
        #expect(Set(schemas.keys).isSubset(of: names), "\(Set(schemas.keys).subtracting(names))")
    }

    @Test("people, entries, sources and connectors: what the pages do, by the API")
    func actions() throws {
        try world.domain(people: people(0..<3))
        _ = try world.api("POST", "/domains/example.com/sources/script/sync?wait=30")
        let new = try world.api("POST", "/administrators", as: "owner", json: #"{"name":"vera","role":"viewer"}"#)
        #expect(new.status == 201 && (new.object["password"] as? String)?.isEmpty == false)
        #expect(try !world.api("GET", "/administrators", as: "owner").text.contains("password\""))
        #expect(try world.api("POST", "/administrators/vera/password", as: "owner").object["oneTime"] as? Bool == true)
        #expect(try world.api("DELETE", "/administrators/vera", as: "owner").status == 204)
        #expect(try world.api("DELETE", "/administrators/owner", as: "owner").status == 409)
        let entry = "/domains/example.com/accounts/u1@example.com"
        #expect(try world.api("POST", entry + "/take").object["owner"] as? String == "manual")
        let given = try world.api("POST", entry + "/give", json: #"{"source":"script"}"#)
        #expect(given.object["owner"] as? String == "script")
        #expect(try world.api("POST", entry + "/give", json: #"{"source":"ghost"}"#).status == 404)
        let sources = try world.api("GET", "/domains/example.com/sources").object["items"] as? [[String: Any]]
        #expect(sources?.first?["type"] as? String == "script")
        #expect(try world.api("GET", "/connectors/script").object["state"] as? String == "ready")
        #expect(try world.api("POST", "/connectors/script/allow", as: "owner").status == 200)
        #expect(try world.api("PUT", "/customers/Acme").status == 201)
        #expect(try world.api("GET", "/customers/Acme").object["name"] as? String == "Acme")
        let change =
            #"{"subaddress":"-","catchall":"u1@example.com","aliases":["example.net"],"inbound":[{"host":"mx"}]}"#
        let changed = try world.api("PUT", "/domains/example.com", json: change).object
        #expect(changed["catchall"] as? String == "u1@example.com")
        #expect(changed["aliases"] as? [String] == ["example.net"])
    }

    @Test("metrics name no address and no person")
    func metrics() throws {
        try world.domain(people: people(0..<3))
        _ = try world.api("POST", "/domains/example.com/sources/script/sync?wait=30")
        let text = try world.send("GET", "/metrics").text
        #expect(text.contains("rollcall_runs_total{kind=\"sync\",outcome=\"applied\"} 1"))
        #expect(text.contains("rollcall_entries{kind=\"user\",state=\"active\"} 3"))
        #expect(!text.contains("@"))
    }
}
