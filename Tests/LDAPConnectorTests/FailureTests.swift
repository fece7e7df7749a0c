import ConnectorKit
import DirectoryServers
import TestSupport
import Testing

/// What may go wrong on the way and at the server, and what a person then reads. Nothing of it is ever a complete read.
final class FailureTests {
    let fixture = Fixture()
    deinit { fixture.finish() }

    private func server(people: Int = 600, _ options: Slapd.Options = .init()) throws -> Slapd {
        try Slapd(fixture, options, ldif: Population(.openLDAP, people: people, crowds: 3, seed: 9).ldif)
    }

    static let faults: [(FaultyLink.Fault, Status)] = [
        (.close(after: 60_000), .unavailable), (.reset(after: 60_000), .unavailable),
        (.stall(after: 60_000), .unavailable), (.garble(after: 60_000), .unavailable), (.close(after: 0), .unavailable),
        (.close(after: 5), .unavailable), (.stall(after: 40), .unavailable), (.silent, .unavailable),
        (.garble(after: 0), .unavailable), (.slow(bytes: 16384, milliseconds: 2), .ok),
    ]

    @Test("a link that cuts, stalls, garbles or slows the middle of a page is a failed read, in time")
    func links() throws {
        let server = try server()
        for (fault, expected) in Self.faults { try link(server, fault, expected) }
    }

    private func link(_ server: Slapd, _ fault: FaultyLink.Fault, _ expected: Status) throws {
        let link = try FaultyLink(fixture, to: server.port, fault)
        let reading = Reading.slapd(
            server, port: link.port, ["page_size": "100", "answer_timeout": "2", "connect_timeout": "2"])
        let started = ContinuousClock.now
        #expect(try reading.full() == expected, "\(fault): \(reading.host.problems)")
        #expect(ContinuousClock.now - started < .seconds(15), "\(fault)")
        if expected != .ok {
            #expect(reading.host.states.isEmpty, "\(fault)")
            #expect(reading.problem?.text.isEmpty == false, "\(fault)")
        }
    }

    @Test(
        "a handshake that a server lets hang ends in time, without burning the processor",
        arguments: ["ldaps", "starttls"])
    func hangingHandshake(security: String) throws {
        let server = try server(people: 1)
        let link = try FaultyLink(fixture, to: server.port, .silent)
        let reading = Reading.slapd(server, port: link.port, ["security": security, "connect_timeout": "2"])
        let started = ContinuousClock.now
        #expect(try reading.full() == .unavailable)
        #expect(ContinuousClock.now - started < .seconds(5))
        #expect(reading.problem?.text.contains("within 2 s") == true)
    }

    @Test("the next server is asked when the first is dead, silent, or cuts before the first entry")
    func secondServer() throws {
        let server = try server(people: 20)
        for fault in [FaultyLink.Fault.silent, .close(after: 0), .close(after: 30), .garble(after: 0)] {
            let link = try FaultyLink(fixture, to: server.port, fault)
            let reading = Reading.slapd(
                server,
                [
                    "servers": "127.0.0.1:1, 127.0.0.1:\(link.port),127.0.0.1:\(server.port)", "connect_timeout": "2",
                    "answer_timeout": "2",
                ])
            #expect(try reading.full() == .ok, "\(reading.host.problems)")
            #expect(reading.mirror.objects.count == 23)
        }
    }

    @Test("after the first entry there is no next server")
    func noSecondServer() throws {
        let server = try server()
        let link = try FaultyLink(fixture, to: server.port, .close(after: 90_000))
        let reading = Reading.slapd(
            server, ["servers": "127.0.0.1:\(link.port),127.0.0.1:\(server.port)", "page_size": "50"])
        #expect(try reading.full() == .unavailable)
        #expect(reading.host.states.isEmpty)
    }

    struct Case: Sendable {
        var name: String
        var settings: [String: String]
        var status: Status
        var field: String
    }

    static let settings = [
        Case(name: "a wrong password", settings: ["password": "wrong"], status: .badSettings, field: "password"),
        Case(name: "an empty password", settings: ["password": ""], status: .badSettings, field: "password"),
        Case(
            name: "an unknown user", settings: ["user": "cn=nobody,dc=example,dc=org"], status: .badSettings,
            field: "password"),
        Case(name: "a user that is no name", settings: ["user": "not a dn"], status: .badSettings, field: "user"),
        Case(
            name: "a base that is not there", settings: ["base_dn": "ou=nowhere,dc=example,dc=org"],
            status: .badSettings, field: "base_dn"),
        Case(
            name: "a base of another directory", settings: ["base_dn": "dc=elsewhere"], status: .badSettings,
            field: "base_dn"),
        Case(name: "a base that is no name", settings: ["base_dn": "hello"], status: .badSettings, field: "base_dn"),
        Case(name: "no base", settings: ["base_dn": ""], status: .badSettings, field: "base_dn"),
        Case(name: "no server", settings: ["servers": ""], status: .badSettings, field: "servers"),
        Case(name: "a server that is none", settings: ["servers": "a b/c"], status: .badSettings, field: "servers"),
        Case(
            name: "a name without an address", settings: ["servers": "no-such-host.invalid"], status: .unavailable,
            field: "servers"),
        Case(name: "a closed port", settings: ["servers": "127.0.0.1:1"], status: .unavailable, field: ""),
        Case(
            name: "a filter with a bracket too few", settings: ["filter": "(mail=*"], status: .badSettings,
            field: "filter"),
        Case(
            name: "a filter that matches nothing", settings: ["filter": "(mail=nobody@nowhere)"], status: .denied,
            field: "filter"),
        Case(
            name: "an attribute that is no name", settings: ["email_attribute": "mail)(x"], status: .badSettings,
            field: "email_attribute"),
        Case(
            name: "StartTLS that the server does not speak", settings: ["security": "starttls"], status: .badSettings,
            field: "security"),
        Case(name: "LDAPS on the port of plain LDAP", settings: ["security": "ldaps"], status: .unavailable, field: ""),
        Case(
            name: "an authority file that is not there", settings: ["security": "starttls", "ca_file": "/nowhere.pem"],
            status: .badSettings, field: "ca_file"),
    ]

    @Test("each wrong setting is named, by a read and by a test of the connection")
    func wrongSettings() throws {
        let server = try server(people: 5)
        for test in Self.settings {
            let reading = Reading.slapd(server, test.settings)
            #expect(try reading.full() == test.status, "\(test.name): \(reading.host.problems)")
            #expect((reading.problem?.field ?? "") == test.field, "\(test.name): \(reading.host.problems)")
            #expect(try reading.call("check") == test.status, "\(test.name)")
        }
    }

    @Test("an account that may read nothing is denied, and nothing counts as gone")
    func noPermission() throws {
        var options = Slapd.Options()
        options.database = [
            "access to dn.base=\"\(Slapd.suffix)\" attrs=entry,children,contextCSN,objectClass by * read",
            "access to dn.subtree=\"ou=Services,\(Slapd.suffix)\" by anonymous auth by * none", "access to * by * none",
        ]
        let reading = Reading.slapd(
            try server(people: 5, options), ["user": Slapd.reader, "password": Slapd.readerPassword])
        #expect(try reading.full() == .denied, "\(reading.host.problems)")
        #expect(reading.host.states.isEmpty)
    }

    @Test("a size limit is no smaller directory, paged or not")
    func sizeLimit() throws {
        var options = Slapd.Options()
        options.database = ["limits dn.exact=\"\(Slapd.reader)\" size.soft=100 size.hard=100 size.prtotal=100"]
        let reading = Reading.slapd(
            try server(people: 300, options),
            ["user": Slapd.reader, "password": Slapd.readerPassword, "page_size": "40"])
        #expect(try reading.full() == .denied, "\(reading.host.problems)")
        #expect(reading.problem?.text.contains("size limit") == true)
        #expect(reading.host.states.isEmpty)
    }

    @Test("an address that the networks do not allow is not connected to")
    func network() throws {
        let server = try server(people: 5)
        let link = try FaultyLink(fixture, to: server.port, .none)
        let reading = Reading.slapd(server, port: link.port)
        let host = TestHost()
        host.forbidden = ["127.0.0.1"]
        #expect(try Opened(LDAPDirectory.self, reading.settings, host).full() == .denied)
        #expect(host.problems.last?.field == "servers")
        #expect(link.received.isEmpty)
    }

    @Test("a cancel ends the read")
    func cancel() throws {
        let server = try server()
        let host = TestHost()
        host.isCancelled = { $0 > 4 }
        let reading = Reading.slapd(server, ["page_size": "20"])
        #expect(try Opened(LDAPDirectory.self, reading.settings, host).full() == .cancelled)
    }

    @Test("no password stands in what is told")
    func secrets() throws {
        let reading = Reading.slapd(try server(people: 5), ["password": "not-the-password-42"])
        try reading.full()
        let told = reading.host.problems.map { "\($0)" } + reading.host.lines
        #expect(!told.contains { $0.contains("not-the-password-42") })
    }
}

import ConnectorTesting
import LDAPDirectory
