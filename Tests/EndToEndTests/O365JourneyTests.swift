import Foundation
import TestSupport
import Testing

/// A Microsoft 365 tenant into the address book, by the program alone, against a simulator of Graph and its sign-in.
@Suite(.serialized)
struct O365JourneyTests {
    /// An installation with a source of type o365 for example.com, signed in with an app registration of its own.
    private func installation(_ simulator: Simulator, _ more: [String] = []) throws -> Installation {
        let rollcall = try Installation()
        try rollcall.addConnector("o365", from: "O365")
        #expect(try rollcall.run("domain", "add", "example.com", "--type", "o365").exitCode == 0)
        let settings = simulator.settings.filter { $0.0 != "client_secret" }.map { "\($0.0)=\($0.1)" }
        let set = try rollcall.start(["source", "set", "example.com"] + settings + more).wait()
        #expect(set.exitCode == 0, "\(set.errors)")
        let secret = try rollcall.run("source", "secret", "example.com", "client_secret", input: simulator.secret)
        #expect(secret.exitCode == 0, "\(secret.errors)")
        return rollcall
    }

    /// Where book and tenant differ; empty where they agree.
    private func differences(_ rollcall: Installation, _ simulator: Simulator) throws -> [String] {
        let truth = try simulator.send("truth")
        let book = try rollcall.json("book", "show", "example.com").json
        var found: [String] = []
        for part in ["accounts", "lists"] {
            func lines(_ document: [String: Any]) -> [String: String] {
                var lines: [String: String] = [:]
                for entry in document[part] as? [[String: Any]] ?? [] where entry["state"] as? String != "grace" {
                    let aliases = (entry["aliases"] as? [String] ?? []).sorted()
                    let members = (entry["members"] as? [String] ?? []).sorted()
                    lines[entry["address"] as? String ?? "?"] =
                        "\(entry["name"] ?? "") \(entry["objectId"] ?? "") \(aliases) \(members) \(part == "lists" ? "" : entry["kind"] ?? "")"
                }
                return lines
            }
            let (there, wanted) = (lines(book), lines(truth))
            for (address, line) in wanted where there[address] != line {
                found.append("\(address): \(there[address] ?? "missing"), not \(line)")
            }
            found += there.keys.filter { wanted[$0] == nil }.map { "\($0) is too much" }
        }
        return Array(found.prefix(5))
    }

    private let unlimited =
        ["accounts", "aliases", "lists", "members"].map { "limit.\($0).delete=off" } + ["deleted=at_once"]

    @Test(
        "1,000 users with all that Graph knows: the book is the tenant, at first and after each of 30 rounds of changes"
    )
    func rounds() throws {
        let simulator = try Simulator(["--users", "1000", "--seed", "11"])
        let rollcall = try installation(simulator, unlimited)
        let first = try rollcall.json("sync", "run", "example.com")
        #expect(first.exitCode == 0, "\(first.output) \(first.errors)")
        #expect(first.text("mode") == "full")
        #expect(try differences(rollcall, simulator) == [])
        for round in 1...30 {
            try simulator.send("mutate", ["count": round % 7 == 0 ? 200 : 15])
            let run = try rollcall.json("sync", "run", "example.com")
            #expect(run.exitCode == 0, "round \(round): \(run.output)")
            #expect(run.text("mode") == "delta")
            #expect(try differences(rollcall, simulator) == [], "round \(round)")
        }
        // The last round's changes may be told once more.
        try rollcall.json("sync", "run", "example.com")
        _ = try simulator.log()
        let quiet = try rollcall.json("sync", "run", "example.com")
        #expect(quiet.text("outcome") == "unchanged")
        #expect(try simulator.log().requests.count <= 6)
    }

    @Test("faults end with the right class and exit code, delete nothing, and are over with the next run")
    func faults() throws {
        let simulator = try Simulator(["--users", "120", "--page", "40", "--seed", "12"])
        let rollcall = try installation(simulator, unlimited + ["attempts=1", "timeout=2", "max_pages=30"])
        #expect(try rollcall.json("sync", "run", "example.com").exitCode == 0)
        let denied = "Authorization_RequestDenied"
        let faults: [(fault: [String: Any], exit: Int32, class: String?)] = [
            (["match": "users/delta", "kind": "throttle", "after": 100_000], 5, "unavailable"),
            (["match": "users/delta", "kind": "throttle", "after": "date"], 0, nil),
            (["match": "oauth2", "kind": "throttle", "after": 1], 0, nil),
            (["match": "groups/delta", "kind": "status", "status": 500], 5, "unavailable"),
            (["match": "users/delta", "kind": "html"], 5, "unavailable"),
            (["match": "users/delta", "kind": "reset", "times": 9], 5, "unavailable"),
            (["match": "users/delta", "kind": "status", "status": 403, "code": denied], 4, "denied"),
            (["match": "contacts/delta", "kind": "status", "status": 403, "code": denied], 0, nil),
            (["match": "users/delta", "on": "delta", "kind": "gone"], 0, nil),
            (["match": "users/delta", "on": "delta", "kind": "old"], 0, nil),
            (["match": "users/delta", "kind": "redirect"], 1, "failed"),
            (["match": "users/delta", "kind": "garbage"], 1, "failed"),
            (["match": "users/delta", "kind": "bomb"], 1, "failed"),
            (["match": "groups/delta", "kind": "no-link", "times": 9], 1, "failed"),
            (["match": "users/delta", "kind": "endless", "times": 99], 1, "failed"),
            (["match": "users/delta", "kind": "next", "link": "port"], 1, "failed"),
            (["match": "users/delta", "kind": "next", "link": "user"], 1, "failed"),
            (["match": "groups/delta", "kind": "delta-link", "link": "port", "times": 9], 1, "failed"),
        ]
        for (fault, exit, problem) in faults {
            try simulator.send("mutate", ["count": 25])
            _ = try simulator.log()
            let before = try rollcall.json("book", "show", "example.com").output
            try simulator.faults(fault)
            let run = try rollcall.json("sync", "run", "example.com")
            #expect(run.exitCode == exit, "\(fault): \(run.output)")
            #expect(run.text("problem", "class") == problem, "\(fault)")
            #expect(!run.output.contains(simulator.secret) && !run.errors.contains(simulator.secret))
            if exit != 0 { #expect(try rollcall.json("book", "show", "example.com").output == before, "\(fault)") }
            #expect(try simulator.log().foreign == 0, "\(fault)")
            try simulator.faults()
            #expect(try rollcall.json("sync", "run", "example.com").exitCode == 0, "\(fault)")
            #expect(try differences(rollcall, simulator) == [], "\(fault)")
        }
        // A tenant that suddenly answers with nothing is held.
        try simulator.send("empty")
        let empty = try rollcall.json("sync", "run", "example.com", "--full")
        #expect(empty.exitCode == 3, "\(empty.output)")
    }

    /// What a browser would come back with.
    private func browse(_ url: String, _ rollcall: Installation) throws -> String {
        let script = """
            import http.client,sys,urllib.parse as p
            u=p.urlsplit(sys.argv[1]); c=http.client.HTTPConnection(u.netloc); c.request("GET",u.path+"?"+u.query)
            print(c.getresponse().getheader("Location") or "")
            """
        return try Running(
            "/usr/bin/env", ["python3", "-c", script, url], environment: rollcall.environment, input: "",
            rollcall.fixture
        ).wait().output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test("consent: denied, forged, replayed, granted, of another customer, and withdrawn later")
    func consent() throws {
        let simulator = try Simulator(["--users", "60", "--seed", "13", "--unconsented"])
        let rollcall = try Installation()
        try rollcall.addConnector("o365", from: "O365")
        rollcall.environment["ROLLCALL_CONNECTORS_O365_CLIENT_ID"] = simulator.clientID
        rollcall.environment["ROLLCALL_CONNECTORS_O365_CLIENT_SECRET"] =
            "file:" + (try rollcall.fixture.file(rollcall.folder + "/secret", simulator.secret))
        let cloud = ["cloud=custom", "login_url=\(simulator.origin)", "graph_url=\(simulator.origin)", "attempts=2"]
        for (domain, customer) in [("example.com", "one"), ("two.example", "two")] {
            try rollcall.run("customer", "add", customer)
            try rollcall.run("domain", "add", domain, "--type", "o365", "--customer", customer)
            #expect(try rollcall.start(["source", "set", domain] + cloud).wait().exitCode == 0)
        }
        func begin(_ domain: String = "example.com") throws -> String {
            let begun = try rollcall.json("source", "consent", domain)
            #expect(begun.exitCode == 0, "\(begun.output)")
            return try browse(try #require(begun.text("url")), rollcall)
        }
        func complete(_ back: String, _ domain: String = "example.com") throws -> Installation.Result {
            try rollcall.json("source", "consent", domain, "--complete", back)
        }
        let before = try rollcall.json("sync", "run", "example.com")
        #expect(before.exitCode == 4 && before.text("problem", "class") == "needConsent")
        // A tenant that somebody types in is not one that was granted, and its mark cannot be typed in.
        #expect(try rollcall.json("source", "set", "example.com", "consented=\(simulator.tenant)").exitCode == 4)

        try simulator.send("consent", ["answer": "denied"])
        let no = try complete(try begin())
        #expect(no.exitCode == 4 && no.error["class"] as? String == "denied")
        try simulator.send("consent", ["answer": "granted"])
        let forged = try begin()
        #expect(try complete(forged.replacingOccurrences(of: "state=", with: "state=0")).exitCode == 1)
        // A state is good once, whatever came of it.
        #expect(try complete(forged).exitCode == 1)
        let other = try simulator.send("tenant")["tenant"] as? String ?? ""
        let claimed = try complete(try begin().replacingOccurrences(of: simulator.tenant, with: other))
        #expect(claimed.exitCode == 4 && claimed.error["class"] as? String == "needConsent")
        #expect(try rollcall.json("sync", "run", "example.com").exitCode == 4)

        try simulator.send("set", ["without_roles": 1])
        let back = try begin()
        let granted = try complete(back)
        #expect(granted.exitCode == 0, "\(granted.output)")
        #expect(granted.text("settings", "tenant_id") == simulator.tenant)
        #expect(try complete(back).exitCode == 1)
        let run = try rollcall.json("sync", "run", "example.com")
        #expect(run.text("outcome") == "applied", "\(run.output)")
        #expect(try differences(rollcall, simulator) == [])

        let taken = try complete(try begin("two.example"), "two.example")
        #expect(taken.exitCode == 4 && taken.error["class"] as? String == "denied", "\(taken.output)")

        let book = try rollcall.json("book", "show", "example.com").output
        try simulator.send("consent", ["withdraw": true])
        let gone = try rollcall.json("sync", "run", "example.com")
        #expect(gone.exitCode == 4 && gone.text("problem", "class") == "needConsent", "\(gone.output)")
        #expect(try rollcall.json("book", "show", "example.com").output == book)
        // The operator's secret is in no file of the store.
        let store = try FileManager.default.contentsOfDirectory(atPath: rollcall.folder + "/state")
        for file in store {
            guard let data = FileManager.default.contents(atPath: rollcall.folder + "/state/" + file) else { continue }
            #expect(data.range(of: Data(simulator.secret.utf8)) == nil, "\(file)")
        }
    }
}
