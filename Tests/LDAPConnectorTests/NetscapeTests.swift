import ConnectorKit
import ConnectorTesting
import DirectoryServers
import TestSupport
import Testing

/// Against a real 389 Directory Server.
@Suite(.serialized, .enabled(if: NetscapeDS.isAvailable, "389-ds needs root and its packages"))
struct NetscapeTests {
    @Test("a directory, from the first full read through twenty rounds of changes by RFC 4533")
    func life() throws {
        try Fixture.run { fixture in
            let server = try NetscapeDS(fixture)
            var population = Population(.netscape, people: 150, crowds: 10, seed: 31)
            try server.add(population.ldif)
            let settings = [
                "preset": "389ds", "servers": "127.0.0.1:\(server.port)", "security": "none",
                "base_dn": NetscapeDS.suffix,
                "user": NetscapeDS.reader, "password": NetscapeDS.readerPassword,
            ]
            let reading = Reading(settings)
            try #require(try reading.full() == .ok, "\(reading.host.problems)")
            #expect(reading.way == "syncRepl")
            #expect(reading.mirror.addresses.difference(from: population.addresses) == [])
            // nsUniqueId as the server writes it.
            #expect(
                reading.mirror.objects.keys.allSatisfy { $0.split(separator: "-").map(\.utf8.count) == [8, 8, 8, 8] })
            for round in 0..<20 {
                try server.change(population.change(10))
                try #require(try reading.sync() == .ok, "\(reading.host.problems)")
                #expect(reading.mode == "delta")
                try #require(
                    reading.mirror.addresses.difference(from: population.addresses) == [],
                    "round \(round): \(reading.host.lines)")
            }
            let again = Reading(settings)
            try again.full()
            #expect(reading.mirror.essence.difference(from: again.mirror.essence) == [])
            let other = Reading(
                settings.merging(["user": NetscapeDS.manager, "password": NetscapeDS.managerPassword]) { $1 })
            #expect(try other.full() == .ok)
        }
    }
}
