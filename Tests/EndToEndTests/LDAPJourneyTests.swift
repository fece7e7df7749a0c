import DirectoryServers
import Foundation
import TestSupport
import Testing

/// A real directory into the address book, by the program alone.
final class LDAPJourneyTests {
    let fixture = Fixture()
    deinit { fixture.finish() }

    private func installation(_ server: Slapd, _ settings: [String]) throws -> Installation {
        let installation = try Installation()
        try installation.addConnector("ldap", from: "LDAP")
        try installation.run("domain", "add", "example.com", "--type", "ldap")
        let all =
            ["servers=127.0.0.1:\(server.port)", "preset=openldap", "base_dn=\(Slapd.suffix)", "user=\(Slapd.admin)"]
            + settings
        let saved = try installation.start(["source", "set", "example.com"] + all).wait()
        try #require(saved.exitCode == 0, "\(saved.errors)")
        try installation.run("source", "secret", "example.com", "password", input: Slapd.password)
        return installation
    }

    private func book(_ installation: Installation) throws -> Addresses {
        let shown = try installation.json("book", "show", "example.com")
        var addresses = Addresses()
        for account in shown.json["accounts"] as? [[String: Any]] ?? [] where account["state"] as? String != "grace" {
            guard let address = account["address"] as? String else { continue }
            addresses.accounts[address] = (account["aliases"] as? [String] ?? []).sorted()
        }
        for list in shown.json["lists"] as? [[String: Any]] ?? [] where list["state"] as? String != "grace" {
            guard let address = list["address"] as? String else { continue }
            let members = list["members"] as? [Any] ?? []
            addresses.lists[address] = members.compactMap {
                ($0 as? String) ?? ($0 as? [String: Any])?["address"] as? String
            }.sorted()
        }
        return addresses
    }

    @Test("the book is what the directory holds, over StartTLS, at first and through rounds of changes by delta")
    func rounds() throws {
        let authority = try TestAuthority(fixture)
        var options = Slapd.Options()
        options.pair = try authority.certificate("leaf")
        options.authority = authority.authority
        var population = Population(.openLDAP, people: 200, crowds: 12, seed: 41)
        let server = try Slapd(fixture, options, ldif: population.ldif)
        let installation = try installation(server, ["ca_file=\(authority.authority)", "deleted=at_once"])
        let test = try installation.json("sync", "test", "example.com")
        #expect(test.json["ok"] as? Bool == true, "\(test.output)")
        #expect(test.text("facts", "incremental")?.contains("RFC 4533") == true)
        let first = try installation.json("sync", "run", "example.com")
        try #require(first.exitCode == 0, "\(first.output) \(first.errors)")
        #expect(first.text("mode") == "full")
        #expect(try book(installation).difference(from: population.addresses) == [])
        for round in 0..<20 {
            try server.change(population.change(6))
            let run = try installation.json("sync", "run", "example.com")
            try #require(run.exitCode == 0, "\(run.output) \(run.errors)")
            #expect(run.text("mode") == "delta")
            try #require(try book(installation).difference(from: population.addresses) == [], "round \(round)")
        }
        let full = try installation.json("sync", "run", "example.com", "--full")
        #expect(full.text("outcome") == "unchanged", "\(full.output)")
    }

    @Test(
        "an Active Directory too, as a plain user over StartTLS",
        .enabled(if: SambaDC.isAvailable, "Samba's domain controller needs root and its packages"))
    func activeDirectory() throws {
        let server = try SambaDC(fixture)
        var population = Population(.activeDirectory, people: 150, crowds: 10, seed: 43)
        try server.add(population.ldif)
        let installation = try Installation()
        try installation.addConnector("ldap", from: "LDAP")
        try installation.run("domain", "add", "example.com", "--type", "ldap")
        let settings = [
            "preset=active-directory", "servers=\(server.address)", "base_dn=\(SambaDC.suffix)",
            "user=\(SambaDC.reader)", "ca_file=\(server.authority.authority)", "deleted=at_once",
        ]
        let saved = try installation.start(["source", "set", "example.com"] + settings).wait()
        try #require(saved.exitCode == 0, "\(saved.errors)")
        try installation.run("source", "secret", "example.com", "password", input: SambaDC.readerPassword)
        let test = try installation.json("sync", "test", "example.com")
        #expect(test.json["ok"] as? Bool == true, "\(test.output)")
        let preview = try installation.json("sync", "preview", "example.com")
        let first = try installation.json("sync", "run", "example.com")
        try #require(first.exitCode == 0, "\(first.output) \(first.errors)")
        #expect(first.number("counts", "total") == preview.number("counts", "total"))
        #expect(try book(installation).difference(from: population.addresses) == [])
        for round in 0..<6 {
            try server.change(population.change(8))
            let run = try installation.json("sync", "run", "example.com")
            try #require(run.exitCode == 0, "\(run.output) \(run.errors)")
            try #require(try book(installation).difference(from: population.addresses) == [], "round \(round)")
        }
        let full = try installation.json("sync", "run", "example.com", "--full")
        #expect(full.text("outcome") == "unchanged", "\(full.output)")
    }

    @Test("a cut, a stall, a wrong password and a wrong base leave the book as it is, with the right class and field")
    func failures() throws {
        let population = Population(.openLDAP, people: 400, crowds: 5, seed: 42)
        let server = try Slapd(fixture, ldif: population.ldif)
        let installation = try installation(
            server, ["security=none", "page_size=50", "answer_timeout=2", "connect_timeout=2"])
        try #require(try installation.run("sync", "run", "example.com").exitCode == 0)
        let cut = try FaultyLink(fixture, to: server.port, .close(after: 50_000))
        let stalled = try FaultyLink(fixture, to: server.port, .stall(after: 50_000))
        for (settings, exitCode, kind, field) in [
            (["servers=127.0.0.1:\(cut.port)"], Int32(5), "unavailable", ""),
            (["servers=127.0.0.1:\(stalled.port)"], 5, "unavailable", ""),
            (["servers=127.0.0.1:\(server.port)", "base_dn=ou=no,\(Slapd.suffix)"], 4, "badSettings", "base_dn"),
            (["base_dn=\(Slapd.suffix)", "user=cn=nobody,\(Slapd.suffix)"], 4, "badSettings", "password"),
        ] {
            _ = try installation.start(["source", "set", "example.com"] + settings).wait()
            try installation.run("source", "secret", "example.com", "password", input: Slapd.password)
            let run = try installation.json("sync", "run", "example.com", "--full")
            #expect(run.exitCode == exitCode, "\(settings): \(run.output) \(run.errors)")
            #expect(run.text("problem", "class") == kind)
            #expect((run.text("problem", "field") ?? "") == field)
            #expect(try book(installation).difference(from: population.addresses) == [], "\(settings)")
        }
    }
}
