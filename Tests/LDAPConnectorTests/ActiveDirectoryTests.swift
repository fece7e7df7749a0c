import ConnectorKit
import ConnectorTesting
import DirectoryServers
import LDAPDirectory
import TestSupport
import Testing

/// Against a real Active Directory domain controller (Samba). One controller for the whole suite: it takes a while to
/// come up.
@Suite(.serialized, .enabled(if: SambaDC.isAvailable, "Samba's domain controller needs root and its packages"))
struct ActiveDirectoryTests {
    private static func reading(_ server: SambaDC, _ more: [String: String] = [:]) -> Reading {
        var settings = [
            "preset": "active-directory", "servers": server.address, "security": "starttls",
            "ca_file": server.authority.authority, "base_dn": SambaDC.suffix, "user": SambaDC.reader,
            "password": SambaDC.readerPassword,
        ]
        settings.merge(more) { $1 }
        return Reading(settings)
    }

    @Test("a domain, from the first full read through twenty rounds of changes by every way, as a plain user")
    func life() throws {
        try Fixture.run { fixture in
            let server = try SambaDC(fixture)
            var population = Population(.activeDirectory, people: 300, crowds: 15, seed: 21)
            try server.add(population.ldif)
            try types(server)
            let byDirSync = Self.reading(server)
            let byNumber = Self.reading(server, ["incremental": "usn", "security": "ldaps"])
            let byAdministrator = Self.reading(
                server, ["user": SambaDC.administrator, "password": SambaDC.administratorPassword])
            let byNumberAdministrator = Self.reading(
                server,
                ["incremental": "usn", "user": SambaDC.administrator, "password": SambaDC.administratorPassword])
            let all = [byDirSync, byNumber, byAdministrator, byNumberAdministrator]
            for reading in all {
                try #require(try reading.full() == .ok, "\(reading.host.problems)")
                #expect(reading.mirror.addresses.crowd.difference(from: population.addresses) == [])
            }
            #expect(byDirSync.way == "dirSync")
            #expect(byNumber.way == "usn")
            try kinds(byDirSync)
            for round in 0..<20 {
                try server.change(population.change(10))
                for reading in round % 5 == 4 ? all : [byDirSync, byAdministrator] {
                    try #require(try reading.sync() == .ok, "\(reading.host.problems)")
                    try #require(
                        reading.mirror.addresses.crowd.difference(from: population.addresses) == [],
                        "round \(round), \(reading.mode) by \(reading.way ?? "") of \(reading.settings["user"] ?? "")")
                }
                // Who sees deletions never needs a full read.
                #expect(byAdministrator.mode == "delta")
                if round % 5 == 4 { #expect(byNumberAdministrator.mode == "delta") }
            }
            let again = Self.reading(server)
            try again.full()
            for reading in all { try reading.sync() }
            for reading in all { #expect(reading.mirror.essence.difference(from: again.mirror.essence) == []) }
            try containerRename(server, byDirSync)
            try largeGroup(server, byDirSync, population)
            try deadState(byDirSync)
            try check(byDirSync)
        }
    }

    private func types(_ server: SambaDC) throws {
        try server.add(
            """
            dn: CN=Off,CN=Users,\(SambaDC.suffix)
            objectClass: user
            sAMAccountName: off
            userAccountControl: 546
            mail: off@elsewhere.test

            dn: CN=Outsider,CN=Users,\(SambaDC.suffix)
            objectClass: contact
            mail: outsider@elsewhere.test

            dn: CN=Silent,CN=Users,\(SambaDC.suffix)
            objectClass: group
            sAMAccountName: silent
            member: CN=Off,CN=Users,\(SambaDC.suffix)

            dn: CN=Loud,CN=Users,\(SambaDC.suffix)
            objectClass: group
            sAMAccountName: loud
            groupType: 8
            mail: loud@elsewhere.test
            member: CN=Silent,CN=Users,\(SambaDC.suffix)


            """)
    }

    private func kinds(_ reading: Reading) throws {
        let off = try #require(reading.mirror.object(mail: "off@elsewhere.test"))
        #expect(off.object["enabled"] == "false" && off.object.kind == .user)
        // objectGUID in the usual mixed-endian text.
        #expect(off.id.utf8.count == 36 && off.id.split(separator: "-").map(\.utf8.count) == [8, 4, 4, 4, 12])
        #expect(off.object["where"] == "CN=Off,CN=Users,\(SambaDC.suffix)")
        #expect(off.object["created"]?.hasSuffix("Z") == true)
        #expect(reading.mirror.object(mail: "outsider@elsewhere.test")?.object.kind == .contact)
        let loud = try #require(reading.mirror.object(mail: "loud@elsewhere.test"))
        #expect(loud.object["listType"] == "distribution")
        let silent = try #require(reading.mirror.objects.first { $0.value["displayName"] == "Silent" })
        #expect(reading.mirror.edges[loud.id]?.keys.contains(silent.key) == true)
        #expect(reading.mirror.edges[silent.key]?.keys.contains(off.id) == true)
        // The primary group has no members of its own to tell of.
        let users = try #require(reading.mirror.objects.first { $0.value["displayName"] == "Domain Users" })
        #expect(reading.mirror.edges[users.key]?.keys.contains(off.id) == true)
    }

    private func containerRename(_ server: SambaDC, _ reading: Reading) throws {
        let before = reading.mirror
        try server.change("dn: OU=Unit1,\(SambaDC.suffix)\nchangetype: modrdn\nnewrdn: OU=Moved\ndeleteoldrdn: 1\n\n")
        #expect(try reading.sync() == .ok)
        #expect(reading.mode == "delta")
        #expect(reading.mirror.addresses == before.addresses)
        #expect(Set(reading.mirror.objects.keys) == Set(before.objects.keys))
        #expect(!reading.mirror.objects.values.contains { $0["where"]?.contains("OU=Unit1,") == true })
        try server.change("dn: OU=Moved,\(SambaDC.suffix)\nchangetype: modrdn\nnewrdn: OU=Unit1\ndeleteoldrdn: 1\n\n")
        #expect(try reading.sync() == .ok)
    }

    private func largeGroup(_ server: SambaDC, _ reading: Reading, _ population: Population) throws {
        var people = Population(.activeDirectory, people: 0, crowds: 0, seed: 1)
        var text = "dn: OU=Many,\(SambaDC.suffix)\nobjectClass: organizationalUnit\n\n"
        var members = ""
        for number in 0..<1600 {
            text +=
                "dn: CN=many\(number),OU=Many,\(SambaDC.suffix)\nobjectClass: contact\nmail: many\(number)@example.com\n\n"
            members += "member: CN=many\(number),OU=Many,\(SambaDC.suffix)\n"
        }
        text +=
            "dn: CN=all,OU=Many,\(SambaDC.suffix)\nobjectClass: group\nsAMAccountName: all\nmail: all@example.com\n\(members)\n"
        people = population
        _ = people
        try server.add(text)
        #expect(try reading.sync() == .ok)
        #expect(reading.mirror.addresses.lists["all@example.com"]?.count == 1600)
        let again = Self.reading(server)
        try again.full()
        #expect(again.mirror.addresses.lists["all@example.com"]?.count == 1600)
    }

    private func deadState(_ reading: Reading) throws {
        let lines = String(decoding: reading.state, as: UTF8.self).split(separator: "\n")
            .map { $0.hasPrefix("cookie=") ? "cookie=00112233" : String($0) }
        let state = Array((lines.joined(separator: "\n") + "\n").utf8)
        #expect(try Opened(LDAPDirectory.self, reading.settings, TestHost()).delta(state) == .needFull)
    }

    private func check(_ reading: Reading) throws {
        #expect(try reading.call("check") == .ok, "\(reading.host.problems)")
        #expect(reading.host.answers["vendor"] == "Active Directory (Samba)")
        #expect(reading.host.answers["incremental"]?.contains("DirSync") == true)
        #expect(try reading.call("suggest", [("field", "base_dn")]) == .ok)
        #expect(reading.host.answers.keys.contains { $0.uppercased() == SambaDC.suffix.uppercased() })
        for (settings, field) in [
            (["password": "wrong"], "password"), (["security": "none"], ""),
            (["base_dn": "OU=No,\(SambaDC.suffix)"], "base_dn"),
        ] {
            let wrong = Reading(reading.settings.merging(settings) { $1 })
            let status = try wrong.full()
            if field.isEmpty {
                #expect(status == .ok)
            } else {
                #expect(status == .badSettings && wrong.problem?.field == field)
            }
        }
    }
}

extension Addresses {
    /// Without what the suite adds beside the population, and what a domain is born with.
    fileprivate var crowd: Addresses {
        var copy = self
        copy.accounts = accounts.filter { $0.key.hasSuffix("@example.com") }
        copy.lists = lists.filter { $0.key.hasSuffix("@example.com") }
        return copy
    }
}
