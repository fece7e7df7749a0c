import DirectoryServers
import Foundation
import TestSupport
import Testing

/// A primary and its replica, each a process of its own with nothing shared but the network of this machine.
@Suite(.serialized)
struct ReplicaTests {
    private struct Pair {
        let primary: Installation
        let replica: Installation
        let url: String

        init() throws {
            primary = try Installation()
            replica = try Installation()
            let (port, lookups) = (Shell.freePort(), Shell.freePort())
            url = "http://127.0.0.1:\(port)"
            try primary.configure(
                "http: { listen: \"127.0.0.1:\(port)\", base_url: \"http://localhost:\(port)\" }\ngateway: { socketmap: off }"
            )
            try replica.configure("gateway: { socketmap: \"127.0.0.1:\(lookups)\", token: file:token }")
            try primary.run("domain", "add", "example.com", "--type", "generic")
            try primary.run("account", "add", "ann@example.com")
            try primary.run("domain", "set", "example.com", "enforce=on")
            let token = try primary.json("token", "create", "--scope", "replica").text("token") ?? ""
            try replica.fixture.file(replica.folder + "/etc/rollcall/token", token + "\n")
        }

        func serve() throws -> Running {
            let server = try primary.start(["serve"])
            try Shell.wait(seconds: 30, for: "the primary") {
                (try? Shell.run(["curl", "-sf", url + "/healthz"])) != nil
            }
            return server
        }

        func follow() throws -> Running { try replica.start(["gateway", "--from", url]) }

        func answer(_ address: String) -> String? { try? replica.json("gateway", "check", address).text("answer") }

        func wait(_ address: String, _ answer: String, seconds: Double) throws {
            try Shell.wait(seconds: seconds, for: "\(answer) for \(address)") { self.answer(address) == answer }
        }
    }

    private func kill(_ program: Running) {
        Foundation.kill(program.process.processIdentifier, SIGKILL)
        program.process.waitUntilExit()
    }

    @Test("a replica goes on answering through a killed primary and its own restart, and catches up")
    func outage() throws {
        let pair = try Pair()
        var primary = try pair.serve()
        var replica = try pair.follow()
        defer { for program in [primary, replica] { kill(program) } }
        try pair.wait("ann@example.com", "OK", seconds: 20)
        #expect(pair.answer("bob@example.com") == "NOTFOUND")
        try pair.primary.run("account", "add", "bob@example.com")
        try pair.wait("bob@example.com", "OK", seconds: 5)

        kill(primary)
        // Now there could be an edition that is not here.
        try pair.wait("carl@example.com", "TEMP", seconds: 15)
        #expect(pair.answer("ann@example.com") == "OK" && pair.answer("bob@example.com") == "OK")
        try pair.primary.run("account", "add", "carl@example.com")

        kill(replica)
        replica = try pair.follow()
        try pair.wait("bob@example.com", "OK", seconds: 20)
        #expect(pair.answer("carl@example.com") == "TEMP")

        primary = try pair.serve()
        try pair.wait("carl@example.com", "OK", seconds: 10)
        #expect(pair.answer("dora@example.com") == "NOTFOUND")
        // A domain goes when the primary says so; the last one would not.
        try pair.primary.run("domain", "add", "example.org", "--type", "generic")
        try pair.primary.run("account", "add", "x@example.org")
        try pair.wait("x@example.org", "OK", seconds: 10)
        try pair.primary.run("domain", "remove", "example.org", "--yes")
        try pair.wait("x@example.org", "NOTFOUND", seconds: 10)
        #expect(pair.answer("ann@example.com") == "OK")
    }

    @Test("a token of another scope is not taken, and without one nothing begins")
    func tokens() throws {
        let pair = try Pair()
        let primary = try pair.serve()
        defer { kill(primary) }
        let token = try pair.primary.json("token", "create", "--scope", "maps").text("token") ?? ""
        #expect(
            try Shell.run(
                [
                    "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Authorization: Bearer \(token)",
                    pair.url + "/replica/books",
                ]) == "403")
        try FileManager.default.removeItem(atPath: pair.replica.folder + "/etc/rollcall/token")
        #expect(try pair.replica.run("gateway", "--from", pair.url).exitCode == 78)
        try pair.replica.fixture.file(pair.replica.folder + "/etc/rollcall/token", "x\n")
        #expect(try pair.replica.run("gateway", "--from", "http://primary.example").exitCode == 78)
    }
}
