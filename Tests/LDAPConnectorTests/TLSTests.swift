import ConnectorKit
import ConnectorTesting
import DirectoryServers
import Foundation
import LDAPDirectory
import TestSupport
import Testing

/// Certificates against a real slapd with a private authority. Whatever is refused is refused before the password.
final class TLSTests {
    let fixture = Fixture()
    deinit { fixture.finish() }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var field: String?
        var says = ""
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "good"),
        Case(name: "expired", field: "servers", says: "expired on"),
        Case(name: "not yet valid", field: "servers", says: "not valid before"),
        Case(name: "another host", field: "servers", says: "for another host"),
        Case(name: "self-signed", field: "ca_file", says: "self-signed"),
        Case(name: "another authority", field: "ca_file", says: "not signed by"),
    ]

    @Test("certificates are checked, and the check that fails is named", arguments: cases)
    func certificate(test: Case) throws {
        let authority = try TestAuthority(fixture)
        let pair =
            switch test.name {
            case "expired": try authority.certificate("leaf", from: -30, until: -1)
            case "not yet valid": try authority.certificate("leaf", from: 2, until: 30)
            case "another host": try authority.certificate("leaf", for: ["DNS:other.test", "IP:127.0.0.9"])
            case "self-signed": try authority.selfSigned("leaf")
            default: try authority.certificate("leaf")
            }
        var options = Slapd.Options()
        options.pair = pair
        options.authority = authority.authority
        let server = try Slapd(fixture, options, ldif: Population(.openLDAP, people: 30, crowds: 2, seed: 2).ldif)
        let trusted = test.name == "another authority" ? try TestAuthority(fixture) : authority
        for security in ["starttls", "ldaps"] { try read(server, test, security, trusted) }
    }

    private func read(_ server: Slapd, _ test: Case, _ security: String, _ trusted: TestAuthority) throws {
        let link = try FaultyLink(fixture, to: security == "ldaps" ? server.tlsPort : server.port, .none)
        let reading = Reading.slapd(server, port: link.port, ["security": security, "ca_file": trusted.authority])
        let status = try reading.full()
        #expect(status == (test.field == nil ? .ok : .badSettings), "\(reading.host.problems)")
        if let field = test.field {
            #expect(reading.problem?.field == field)
            #expect(reading.problem?.text.contains(test.says) == true, "\(reading.host.problems)")
        } else {
            #expect(reading.mirror.objects.count == 32)
            #expect(try reading.sync() == .ok)
        }
        // Encrypted or never sent: either way nobody on the line has read it.
        #expect(!link.received.contains(sequence: Array(Slapd.password.utf8)))
        if test.field != nil { #expect(!link.received.contains(sequence: Array(Slapd.admin.utf8))) }
    }

    @Test("a StartTLS that was cut out of the conversation ends it, before the password")
    func stripped() throws {
        let server = try Slapd(fixture, ldif: "")
        let link = try FaultyLink(fixture, to: server.port, .stripStartTLS)
        let reading = Reading.slapd(server, port: link.port, ["security": "starttls"])
        #expect(try reading.full() == .badSettings)
        #expect(reading.problem?.field == "security")
        #expect(!link.received.contains(sequence: Array(Slapd.password.utf8)))
        #expect(!link.received.contains(sequence: Array(Slapd.admin.utf8)))
    }

    @Test("without an authority of one's own the system's are asked, which do not know this one")
    func systemAuthorities() throws {
        let authority = try TestAuthority(fixture)
        var options = Slapd.Options()
        options.pair = try authority.certificate("leaf")
        options.authority = authority.authority
        let reading = Reading.slapd(try Slapd(fixture, options, ldif: ""), ["security": "starttls"])
        #expect(try reading.full() == .badSettings)
        #expect(reading.problem?.text.contains("that the system trusts") == true, "\(reading.host.problems)")
    }
}

extension Array where Element: Equatable {
    func contains(sequence: [Element]) -> Bool {
        guard !sequence.isEmpty, count >= sequence.count else { return false }
        return (0...(count - sequence.count)).contains { self[$0..<($0 + sequence.count)].elementsEqual(sequence) }
    }
}
