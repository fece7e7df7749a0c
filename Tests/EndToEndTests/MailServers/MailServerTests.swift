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
}
