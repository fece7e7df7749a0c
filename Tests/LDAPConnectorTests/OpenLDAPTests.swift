import ConnectorKit
import DirectoryServers
import TestSupport
import Testing

/// Against a real slapd.
final class OpenLDAPTests {
    let fixture = Fixture()
    deinit { fixture.finish() }

    @Test("a full read of 1,000 people is what was loaded, in pages of any size")
    func full() throws {
        let population = Population(.openLDAP, people: 1000, crowds: 60, seed: 1)
        let server = try Slapd(fixture, ldif: population.ldif)
        for pageSize in [7, 500, 1000, 5000] { try full(server, population, pageSize) }
    }

    private func full(_ server: Slapd, _ population: Population, _ pageSize: Int) throws {
        let reading = Reading.slapd(server, ["page_size": "\(pageSize)"])
        #expect(try reading.full() == .ok, "\(reading.host.problems)")
        #expect(reading.mirror.addresses.difference(from: population.addresses) == [])
        #expect(reading.mirror.objects.count == 1060)
        #expect(reading.way == "syncRepl")
    }

    @Test("twenty rounds of random changes by delta end where full reads end", arguments: [UInt64(11)])
    func rounds(seed: UInt64) throws {
        var population = Population(.openLDAP, people: 200, crowds: 20, seed: seed)
        let server = try Slapd(fixture, ldif: population.ldif)
        let reading = Reading.slapd(server)
        try #require(try reading.full() == .ok)
        for round in 0..<20 {
            try server.change(population.change(12))
            try #require(try reading.sync() == .ok, "\(reading.host.problems)")
            #expect(reading.mode == "delta")
            try #require(
                reading.mirror.addresses.difference(from: population.addresses) == [], "round \(round) of seed \(seed)")
        }
        let again = Reading.slapd(server)
        try again.full()
        #expect(reading.mirror.essence.difference(from: again.mirror.essence) == [])
    }

    @Test("without a session log the present phase becomes a full read by itself")
    func present() throws {
        var population = Population(.openLDAP, people: 50, crowds: 5, seed: 3)
        var options = Slapd.Options()
        options.sessionLog = nil
        let server = try Slapd(fixture, options, ldif: population.ldif)
        let reading = Reading.slapd(server)
        try reading.full()
        try server.change(population.change(10))
        #expect(try reading.sync() == .ok)
        #expect(reading.mode == "full")
        #expect(reading.mirror.addresses.difference(from: population.addresses) == [])
    }

    @Test("a restarted server, a garbled cookie and one of the future become a full read by themselves")
    func deadCookie() throws {
        var population = Population(.openLDAP, people: 50, crowds: 5, seed: 4)
        let server = try Slapd(fixture, ldif: population.ldif)
        let reading = Reading.slapd(server)
        try reading.full()
        server.stop()
        try server.start()
        try server.change(population.change(10))
        #expect(try reading.sync() == .ok)
        #expect(reading.mirror.addresses.difference(from: population.addresses) == [])
        for cookie in ["nonsense", "rid=000,csn=29991231235959.000000Z#000000#000#000000"] {
            let broken = Reading.slapd(server)
            try broken.full()
            let text = String(decoding: broken.state, as: UTF8.self).split(separator: "\n")
                .map { $0.hasPrefix("cookie=") ? "cookie=" + cookie.utf8.map { hex($0) }.joined() : String($0) }
            let status = try Opened(LDAPDirectory.self, broken.settings, broken.host).delta(
                Array((text.joined(separator: "\n") + "\n").utf8))
            #expect(status == .needFull, "\(cookie)")
        }
    }

    @Test("other settings, another way or rubbish instead of a state ask for a full read")
    func foreignState() throws {
        let population = Population(.openLDAP, people: 5, crowds: 1, seed: 4)
        let server = try Slapd(fixture, ldif: population.ldif)
        let reading = Reading.slapd(server)
        try reading.full()
        for settings in [
            [:], ["alias_attributes": "mail"], ["incremental": "off"], ["filter": "(mail=*)"],
            ["incremental": "timestamp"],
        ] {
            let state = settings.isEmpty ? Array("rubbish".utf8) : reading.state
            let changed = reading.settings.merging(settings) { $1 }
            #expect(try Opened(LDAPDirectory.self, changed, reading.host).delta(state) == .needFull, "\(settings)")
        }
    }

    @Test("a server that is no provider is read by time of modification")
    func timestamps() throws {
        var population = Population(.openLDAP, people: 60, crowds: 5, seed: 5)
        var options = Slapd.Options()
        options.isProvider = false
        let server = try Slapd(fixture, options, ldif: population.ldif)
        let reading = Reading.slapd(server)
        try reading.full()
        #expect(reading.way == "timestamp")
        let before = reading.mirror.objects.count
        try server.change(population.change(8))
        #expect(try reading.sync() == .ok)
        #expect(reading.mode == "delta")
        // Deletions wait for the daily full read; everything else is there.
        #expect(reading.mirror.objects.count >= before)
        for (mail, aliases) in population.addresses.accounts {
            #expect(reading.mirror.addresses.accounts[mail] == aliases)
        }
    }

    @Test("a renamed container is one change: ids stay, places follow, members stay members")
    func container() throws {
        let population = Population(.openLDAP, people: 40, crowds: 4, seed: 6)
        let server = try Slapd(fixture, ldif: population.ldif)
        let reading = Reading.slapd(server)
        try reading.full()
        let before = reading.mirror
        try server.change("dn: ou=Unit1,\(Slapd.suffix)\nchangetype: modrdn\nnewrdn: ou=Moved\ndeleteoldrdn: 1\n\n")
        #expect(try reading.sync() == .ok)
        #expect(reading.mode == "delta")
        #expect(reading.mirror.addresses == before.addresses)
        #expect(Set(reading.mirror.objects.keys) == Set(before.objects.keys))
        let places = reading.mirror.objects.values.compactMap { $0["where"] }
        #expect(places.contains { $0.contains("ou=Moved") } && !places.contains { $0.contains("ou=Unit1") })
    }

    @Test("an entry that no longer matches the search string is gone, by delta too")
    func leavesFilter() throws {
        let population = Population(.openLDAP, people: 20, crowds: 0, seed: 7)
        let server = try Slapd(fixture, ldif: population.ldif)
        let reading = Reading.slapd(server, ["filter": "(&(objectClass=inetOrgPerson)(!(description=left)))"])
        try reading.full()
        #expect(reading.mirror.objects.count == 20)
        let person = try #require(population.people.values.first)
        try server.change(
            "dn: \(Flavour.openLDAP.dn(person))\nchangetype: modify\nadd: description\ndescription: left\n\n")
        #expect(try reading.sync() == .ok)
        #expect(reading.mirror.objects.count == 19)
        #expect(reading.mirror.object(mail: person.mail) == nil)
    }

    @Test("an own search string still reads groups without an address, for nesting")
    func nesting() throws {
        let ldif = """
            dn: cn=inner,\(Slapd.suffix)
            objectClass: groupOfNames
            cn: inner
            member: cn=ann,\(Slapd.suffix)

            dn: cn=outer,\(Slapd.suffix)
            objectClass: groupOfNames
            objectClass: mailAccount
            cn: outer
            mail: outer@example.com
            member: CN=Inner, \(Slapd.suffix.uppercased())

            dn: cn=ann,\(Slapd.suffix)
            objectClass: inetOrgPerson
            cn: ann
            sn: ann
            mail: ann@example.com


            """
        let reading = Reading.slapd(try Slapd(fixture, ldif: ldif), ["filter": "(mail=*)"])
        #expect(try reading.full() == .ok)
        let inner = try #require(reading.mirror.objects.first { $0.value["displayName"] == "inner" })
        let outer = try #require(reading.mirror.object(mail: "outer@example.com"))
        #expect(inner.value.kind == .group)
        #expect(reading.mirror.edges[outer.id]?.keys.contains(inner.key) == true)
        #expect(reading.mirror.edges[inner.key]?.count == 1)
    }

    @Test("lists are told by any attribute and value, with wildcards")
    func listAttribute() throws {
        let population = Population(.openLDAP, people: 30, crowds: 0, seed: 8)
        let reading = Reading.slapd(
            try Slapd(fixture, ldif: population.ldif),
            ["list_attribute": "displayName", "list_value": "person *1"])
        try reading.full()
        let lists = reading.mirror.objects.values.filter { $0.kind == .group }.compactMap { $0["displayName"] }
        #expect(Set(lists) == ["Person 1", "Person 11", "Person 21"])
    }

    @Test("values of one attribute in two blocks are merged")
    func twoBlocks() throws {
        let ldif = """
            dn: cn=ann,\(Slapd.suffix)
            objectClass: inetOrgPerson
            objectClass: mailAccount
            cn: ann
            sn: ann
            proxyAddresses: SMTP:ann@example.com
            mail: ann@example.com
            proxyAddresses: smtp:a@example.com


            """
        let reading = Reading.slapd(try Slapd(fixture, ldif: ldif))
        try reading.full()
        #expect(reading.mirror.addresses.accounts == ["ann@example.com": ["a@example.com"]])
    }

    private func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}

import ConnectorTesting
import LDAPDirectory
