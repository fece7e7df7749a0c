import Foundation
import RollcallCore
import RollcallGateway
import RollcallStore
import Testing

@testable import RollcallCommands
@testable import RollcallWeb

@Suite("Tables over HTTP")
struct MapTests {
    let world: WebFixture

    init() throws { world = try WebFixture() }

    /// A token, as the command line makes it.
    private func token(_ scope: String, customer: String? = nil) throws -> String {
        let words = ["token", "create", "--scope", scope] + (customer.map { ["--customer", $0] } ?? [])
        let answer = try world.site.environment.perform(words, "test")
        let object = try JSONSerialization.jsonObject(with: Data(answer)) as? [String: Any]
        return object?["token"] as? String ?? ""
    }

    private func get(_ path: String, _ token: String, _ headers: [String: String] = [:], method: String = "GET")
        throws -> WebResponse
    {
        try world.send(method, path, headers: headers.merging(["authorization": "Bearer \(token)"]) { $1 })
    }

    private func sync(_ domain: String, _ people: String...) throws {
        try world.domain(domain, people: people)
        _ = try world.api("POST", "/domains/\(domain)/sources/script/sync?wait=30")
    }

    @Test("one address a line, of one domain or of all, by header or in the address")
    func lines() throws {
        try sync("a.example", "put|user|1|mail=Ann@a.example", "put|user|2|mail=bob@a.example")
        try sync("b.example", "put|user|1|mail=x@b.example")
        let token = try token("maps")
        #expect(try get("/maps/a.example.txt", token).text == "ann@a.example\nbob@a.example\n")
        #expect(try get("/maps/all.txt", token).text == "ann@a.example\nbob@a.example\nx@b.example\n")
        #expect(try world.send("GET", "/maps/b.example.txt?token=\(token)").text == "x@b.example\n")
        #expect(try get("/maps/c.example.txt", token).status == 404)
        #expect(try get("/maps/a.example", token).status == 404)
        #expect(try get("/maps/a.example.txt", token).header("content-type") == "text/plain; charset=utf-8")
        // Under whatever name a gateway has for this host.
        #expect(try get("/maps/all.txt", token, ["host": "rollcall.internal:8460"]).status == 200)
    }

    @Test("whoever has it gets 304, by tag or by date, until the next edition")
    func validators() throws {
        try sync("a.example", "put|user|1|mail=ann@a.example")
        let token = try token("maps")
        let first = try get("/maps/a.example.txt", token)
        let (tag, date) = (first.header("etag") ?? "", first.header("last-modified") ?? "")
        #expect(HTTPDate.time(date) != nil && HTTPDate.time(first.header("expires") ?? "") != nil)
        let head = try get("/maps/a.example.txt", token, method: "HEAD")
        #expect(head.status == 200 && head.bytes.isEmpty && head.header("content-length") == "14")
        #expect(head.header("etag") == tag && head.header("last-modified") == date)
        func status(_ headers: [String: String]) throws -> Int {
            let answers = try ["HEAD", "GET"].map { try get("/maps/a.example.txt", token, headers, method: $0).status }
            return answers[0] == answers[1] ? answers[0] : 0
        }
        #expect(try status(["if-none-match": tag]) == 304)
        #expect(try status(["if-none-match": "\"x\", W/\(tag)"]) == 304)
        #expect(try status(["if-modified-since": date]) == 304)
        #expect(try status(["if-none-match": "\"x\"", "if-modified-since": date]) == 200)
        #expect(try status(["if-modified-since": "yesterday"]) == 200)
        _ = try world.site.environment.perform(["account", "add", "bob@a.example"], "test")
        #expect(try status(["if-none-match": tag]) == 200)
        // Also within the second in which the table before was made.
        #expect(try status(["if-modified-since": date]) == 200)
        #expect(try get("/maps/a.example.txt", token).text == "ann@a.example\nbob@a.example\n")
    }

    @Test("a token of the tables opens nothing else, and nothing else opens the tables")
    func scopes() throws {
        try sync("a.example", "put|user|1|mail=ann@a.example")
        let token = try token("maps")
        #expect(try get("/api/v1/domains", token).status == 403)
        #expect(try world.send("GET", "/api/v1/domains?token=\(world.tokens["admin"] ?? "")").status == 401)
        #expect(try get("/maps/all.txt", world.tokens["admin"] ?? "").status == 403)
        #expect(try world.send("GET", "/maps/all.txt").status == 401)
        #expect(try world.send("GET", "/maps/all.txt?token=\(token)x").status == 401)
        #expect(try world.page("GET", "/maps/all.txt", as: "owner").status == 401)
    }

    @Test("a recipient over the API: yes, no, try later, by the books of the lookup service")
    func recipients() throws {
        try sync("a.example", "put|user|1|mail=ann@a.example")
        let token = try token("maps")
        func ask(_ world: WebFixture, _ address: String, _ token: String) throws -> (Int, String?) {
            let answer = try world.send(
                "GET", "/api/v1/recipients/\(address)", headers: ["authorization": "Bearer \(token)"])
            return (answer.status, answer.object["answer"] as? String)
        }
        // Nobody answers gateways here yet.
        #expect(try ask(world, "ann@a.example", token) == (503, nil))
        let books = CurrentBooks()
        var environment = world.site.environment
        environment.books = books
        let site = try Site(environment)
        func ask(_ address: String, _ token: String) throws -> (Int, String?) {
            let request = try WebRequest(
                method: "GET", target: "/api/v1/recipients/\(address)",
                headers: ["host": WebFixture.host, "authorization": "Bearer \(token)"])
            let answer = site.answer(request)
            return (answer.status, answer.object["answer"] as? String)
        }
        #expect(try ask("ann@a.example", token) == (503, "TEMP"))
        var domain = try #require(try world.store.read { try Domains.find($0, name: "a.example") })
        domain.enforce = true
        let enforced = domain
        books.replace(
            Books([
                try world.store.read {
                    try Snapshot.make($0, enforced, isSynced: true, syncedAt: 1, at: .init(seconds: 1))
                }
            ]))
        #expect(try ask("Ann@a.example", token) == (200, "OK"))
        #expect(try ask("bob@a.example", world.tokens["viewer"] ?? "") == (404, "NOTFOUND"))
        #expect(try ask("ann@a.example", "x").0 == 401)
        #expect(try ask("ann@a.example", self.token("replica")).0 == 403)
    }

    @Test("a customer's token has the tables of that customer")
    func customers() throws {
        try sync("a.example", "put|user|1|mail=ann@a.example")
        try sync("b.example", "put|user|1|mail=x@b.example")
        try world.store.write { db in
            guard var domain = try Domains.find(db, name: "b.example") else { return }
            domain.customer = try Customers.add(db, name: "acme", at: .init(seconds: 1)).id
            try Domains.update(db, domain)
        }
        let token = try token("maps", customer: "acme")
        #expect(try get("/maps/all.txt", token).text == "x@b.example\n")
        #expect(try get("/maps/a.example.txt", token).status == 404)
    }

    @Test(
        "dates as HTTP writes them",
        arguments: [(784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT")])
    func dates(seconds: Int64, text: String) {
        #expect(HTTPDate.text(Timestamp(seconds: seconds)) == text)
        #expect(HTTPDate.time(text)?.seconds == seconds)
    }
}
