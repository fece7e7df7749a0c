import DirectoryServers
import Foundation
import TestSupport
import Testing

/// What is exported, read by the servers that it is for.
@Suite(.serialized)
struct MailServerTests {
    /// Ann, her alias, an address that begins like a comment; every other is unknown.
    private func installation(_ more: String = "") throws -> Installation {
        let rollcall = try Installation()
        if !more.isEmpty { try rollcall.configure(more) }
        try rollcall.run("domain", "add", "example.com", "--type", "generic")
        try rollcall.run("account", "add", "Ann@example.com", "--alias", "a.li@example.com")
        try rollcall.run("account", "add", "#1@example.com")
        // For servers with a user of their own.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: rollcall.folder)
        return rollcall
    }

    private func export(_ rollcall: Installation, _ format: String) throws -> String {
        let path = rollcall.folder + "/table"
        #expect(
            try rollcall.json("book", "export", "example.com", "--format", format, "--to", path).exitCode == 0)
        return path
    }

    private static let asked = [
        "ANN@example.com", "a.li@example.com", "#1@example.com", "postmaster@example.com", "bob@example.com",
        "ann@other.test",
    ]

    @Test(
        "Exim accepts and refuses by the export",
        .enabled(if: MailTools.has(MailTools.exim)), arguments: ["cdb", "exim"])
    func exim(format: String) throws {
        let rollcall = try installation()
        let path = try export(rollcall, format)
        let exim = try Exim(
            rollcall.fixture, domains: "example.com",
            rcpt: """
                  deny message = 550 5.1.1 unknown user
                       condition = ${lookup{${lc:$local_part@$domain}}\(format == "cdb" ? "cdb" : "lsearch")*@{\(path)}{no}{yes}}
                """)
        #expect(try exim.answers(Self.asked) == ["250", "250", "250", "250", "550", "550"])
        try rollcall.run("domain", "set", "example.com", "catchall=ann@example.com")
        _ = try export(rollcall, format)
        #expect(try exim.answers(Self.asked) == ["250", "250", "250", "250", "250", "550"])
        // Without the file mail waits.
        try FileManager.default.removeItem(atPath: path)
        #expect(try exim.answers(["ann@example.com", "bob@example.com"]) == ["451", "451"])
    }

    @Test("OpenSMTPD accepts and refuses by the export", .enabled(if: OpenSMTPD.isPossible))
    func openSMTPD() throws {
        let rollcall = try installation()
        let path = try export(rollcall, "opensmtpd")
        let configuration = """
            table recipients file:\(path)
            action "relay" relay host smtp://127.0.0.1
            match from any for domain "example.com" rcpt-to <recipients> action "relay"
            """
        func answers() throws -> [String] {
            try OpenSMTPD.answers(rollcall.fixture, configuration: configuration, Self.asked)
        }
        // It has no way to write an address with a comment's sign.
        #expect(try answers() == ["250", "250", "550", "250", "550", "550"])
        try rollcall.run("domain", "set", "example.com", "catchall=ann@example.com")
        _ = try export(rollcall, "opensmtpd")
        #expect(try answers() == ["250", "250", "250", "250", "250", "550"])
    }

    @Test(
        "Rspamd fetches the table over HTTP, and keeps to it when the server is gone",
        .enabled(if: Shell.isInstalled("rspamd")))
    func rspamd() throws {
        let port = Shell.freePort()
        let rollcall = try installation(
            "http: { listen: \"127.0.0.1:\(port)\", base_url: \"http://localhost:\(port)\" }")
        let token = try rollcall.json("token", "create", "--scope", "maps").text("token") ?? ""
        let server = try rollcall.start(["serve"])
        defer { server.process.terminate() }
        let url = "http://127.0.0.1:\(port)/maps/all.txt?token=\(token)"
        try Shell.wait(seconds: 20, for: "the server") { (try? Shell.run(["curl", "-sf", url])) != nil }
        let rspamd = try Rspamd(rollcall.fixture, map: url)
        try Shell.wait(seconds: 20, for: "the table") { (try? rspamd.knows("ann@example.com")) == true }
        #expect(try rspamd.knows("a.li@example.com") && !rspamd.knows("bob@example.com"))
        server.process.terminate()
        let end = try server.wait()
        #expect(!end.output.contains(token) && !end.errors.contains(token))
        #expect(try rspamd.knows("ann@example.com") && !rspamd.knows("bob@example.com"))
    }

    /// A domain that is enforced, with two people, one who was there until lately, and a process that answers gateways.
    private func serving() throws -> (rollcall: Installation, server: Running, url: String) {
        let rollcall = try Installation()
        let (port, lookups) = (Shell.freePort(), Shell.freePort())
        try rollcall.configure(
            """
            http: { listen: "127.0.0.1:\(port)", base_url: "http://localhost:\(port)" }
            gateway: { socketmap: "127.0.0.1:\(lookups)" }
            """)
        try rollcall.domain(people: 3)
        try rollcall.run("sync", "run", "example.com")
        try rollcall.people(2)
        try rollcall.run("sync", "run", "example.com")
        try rollcall.run("domain", "set", "example.com", "enforce=on")
        let server = try rollcall.start(["serve"])
        try Shell.wait(seconds: 20, for: "the answers") {
            (try? rollcall.json("gateway", "check", "user0@example.com").text("answer")) == "OK"
        }
        return (rollcall, server, "http://localhost:\(port)")
    }

    private static let recipients = [
        "user0@example.com", "ALIAS1@example.com", "user0+tag@example.com", "user2@example.com", "nobody@example.com",
    ]

    @Test(
        "Exim asks by readsocket with the lines that `gateway exim` prints", .enabled(if: MailTools.has(MailTools.exim))
    )
    func eximAsks() throws {
        let (rollcall, server, _) = try serving()
        defer { server.process.terminate() }
        // The lines of the ACL are those that begin with blanks.
        let recipe = try rollcall.run("gateway", "exim").output.split(separator: "\n").filter { $0.hasPrefix(" ") }
        #expect(recipe.count >= 9)
        let exim = try Exim(rollcall.fixture, domains: "example.com", rcpt: recipe.joined(separator: "\n"))
        #expect(try exim.answers(Self.recipients) == ["250", "250", "250", "451", "550"])
        server.process.terminate()
        server.process.waitUntilExit()
        #expect(try exim.answers(Self.recipients + ["x@other.test"]) == ["451", "451", "451", "451", "451", "550"])
    }

    @Test(
        "Haraka's plugin refuses nobody but those whom Rollcall does not know", .enabled(if: Shell.isInstalled("node")))
    func haraka() throws {
        let (rollcall, server, url) = try serving()
        defer { server.process.terminate() }
        let token = try rollcall.json("token", "create", "--scope", "maps").text("token") ?? ""
        func answers(_ url: String, _ token: String) throws -> [String] {
            // As much of Haraka as the plugin sees.
            try rollcall.fixture.file(
                rollcall.folder + "/haraka.js",
                """
                const vm = require('vm'), fs = require('fs');
                const plugin = { config: { get: () => ({ url: '\(url)', token: '\(token)' }) }, register_hook() {} };
                vm.runInNewContext(fs.readFileSync('\(Installation.repository)/conf/haraka/rollcall.js', 'utf8'),
                    { exports: plugin, OK: '250', DENY: '550', DENYSOFT: '451', fetch, AbortSignal, encodeURIComponent });
                plugin.register();
                (async () => {
                    for (const address of process.argv.slice(2)) {
                        await plugin.ask_rollcall(code => console.log(code), { logwarn() {} }, [{ address: () => address }]);
                    }
                })();
                """)
            return try Shell.run(["node", rollcall.folder + "/haraka.js"] + Self.recipients)
                .split(separator: "\n").map(String.init)
        }
        #expect(try answers(url, token) == ["250", "250", "250", "451", "550"])
        // A wrong token, an address where something else answers 404, nobody there.
        for (url, token) in [(url, "x"), (url + "/nothing", token), ("http://localhost:1", token)] {
            #expect(try answers(url, token) == ["451", "451", "451", "451", "451"])
        }
    }
}
