import ConnectorKit
import TestSupport
import Testing

@testable import LDAPDirectory

/// Filters, names, certificates' bytes and DNS answers: what is made or read byte by byte.
struct TextTests {
    @Test(
        "everything but plain characters is escaped in filters",
        arguments: [
            ("plain.user@example-1.com_x", "plain.user@example-1.com_x"), ("*", "\\2a"),
            ("a)(b=*", "a\\29\\28b\\3d\\2a"),
            ("\\", "\\5c"), ("\u{0}", "\\00"), ("é", "\\c3\\a9"), ("a\u{301}(", "a\\cc\\81\\28"), (" ", "\\20"),
        ])
    func escaping(value: String, expected: String) {
        #expect(Filter.escape(value) == expected)
        #expect(Filter.flaw(in: "(cn=\(Filter.escape(value)))") == nil)
    }

    @Test("any bytes at all make a sound filter once escaped")
    func escapingAnything() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<500 {
            let bytes = generator.bytes(generator.below(40))
            #expect(Filter.flaw(in: "(&(cn=\(Filter.escape(bytes)))(sn=*))") == nil)
        }
    }

    @Test(
        "sound filters pass",
        arguments: [
            "(mail=*)", "(&(a=b)(|(c=d)(!(e=f))))", "(cn:dn:2.4.6.8.10:=Dino)", "(a=\\28x\\29)", "(&)", "(a>=1)",
            "(o~=x)",
            "(userAccountControl:1.2.840.113556.1.4.803:=2)",
        ])
    func soundFilters(filter: String) { #expect(Filter.flaw(in: filter) == nil) }

    @Test(
        "flaws of filters are told with their place",
        arguments: [
            ("mail=*", "no ( at byte 1"), ("(mail=*", "ends before"), ("(mail=*))", "after its last bracket"),
            ("()", "compares"),
            ("(=x)", "names no attribute"), ("(a=b(c)", "inside a value"), ("(a=\\2)", "two hex digits"),
            ("(&(a=b)", "ends before"),
            ("(!a=b)", "no ( at byte"), ("", "ends before"), (String(repeating: "(!", count: 100), "64 deep"),
        ])
    func flawedFilters(filter: String, says: String) {
        #expect(Filter.flaw(in: filter)?.contains(says) == true, "\(Filter.flaw(in: filter) ?? "sound")")
    }

    @Test(
        "wildcards compare without case",
        arguments: [
            ("group*", "groupOfNames", true), ("GROUP", "group", true), ("*list", "DistributionList", true),
            ("*a*b*", "xaxxbx", true), ("*a*b*", "xbxa", false), ("a*a", "a", false), ("*", "", true), ("", "x", false),
            ("ab*ba", "aba", false), ("group", "groups", false),
        ])
    func wildcards(pattern: String, value: String, matches: Bool) {
        let bytes = Array(value.utf8)
        #expect(bytes.withUnsafeBytes { Wildcard(pattern).matches($0) } == matches)
    }

    @Test(
        "a DN is the same however it is written",
        arguments: [
            ("CN=Ann,OU=People,DC=x", "cn=ann, ou=people , dc=X"), ("cn=a\\,b,dc=x", "CN=A\\2Cb,DC=x"),
            ("cn=a  b,dc=x", "cn=a b,dc=x"), ("cn=\\61nn,dc=x", "cn=ann,dc=x"), ("cn=a + sn=b,dc=x", "cn=a+sn=b,dc=x"),
            ("cn=é,dc=x", "cn=\\C3\\A9,dc=x"),
        ])
    func sameNames(first: String, second: String) { #expect(hash(first) == hash(second)) }

    @Test(
        "different DNs differ",
        arguments: [
            ("cn=a,cn=b", "cn=b,cn=a"), ("cn=a\\,dc=x", "cn=a,dc=x"), ("cn=ab", "cn=a b"), ("cn=a", "cn=a,dc=x"),
            ("cn=a\\+b", "cn=a+b"), ("cn=a\\=b", "cn=a=b"),
        ])
    func differentNames(first: String, second: String) { #expect(hash(first) != hash(second)) }

    private static let names = NameHash()
    private func hash(_ dn: String) -> UInt64 { Array(dn.utf8).withUnsafeBytes { Self.names.hash($0) } }

    @Test(
        "servers are hosts with ports, addresses, or URLs that people paste",
        arguments: [
            ("dc1.corp.example", "dc1.corp.example", nil), ("dc1:3389", "dc1", 3389), ("[::1]:636", "::1", 636),
            ("::1", "::1", nil),
            ("ldap://dc1.corp.example:389/", "dc1.corp.example", 389), ("10.0.0.1", "10.0.0.1", nil),
        ] as [(String, String, Int?)])
    func servers(word: String, host: String, port: Int?) {
        #expect(ServerName(word) == ServerName(host: host, port: port))
    }

    @Test("what is no server is refused", arguments: ["a/b", "a:0", "a:70000", "a:b", "[::1", "", "a\u{0}b"])
    func noServers(word: String) { #expect(ServerName(word) == nil) }

    // MARK: SRV

    @Test("a domain stands for the servers of its SRV records, by priority and weight")
    func srv() throws {
        var options = try Options(.init([("servers", "corp.example, backup.example:3389"), ("security", "starttls")]))
        let records = [
            ServiceRecord(host: "dc3.corp.example", port: 389, priority: 10, weight: 0),
            ServiceRecord(host: "dc2.corp.example", port: 389, priority: 0, weight: 10),
            ServiceRecord(host: "dc1.corp.example", port: 1389, priority: 0, weight: 100),
        ]
        var asked: [String] = []
        let servers = ServerList.expand(options) { name in
            asked.append(name)
            return name == "_ldap._tcp.dc._msdcs.corp.example" ? records : []
        }
        #expect(
            servers.map(\.shown) == [
                "dc1.corp.example:1389", "dc2.corp.example:389", "dc3.corp.example:389", "backup.example:3389",
            ])
        #expect(asked == ["_ldap._tcp.dc._msdcs.corp.example"])
        options.security = .ldaps
        #expect(ServerList.expand(options) { _ in records }.first?.shown == "dc1.corp.example:636")
        #expect(ServerList.expand(options) { _ in [] }.first?.shown == "corp.example:636")
    }

    @Test("a DNS answer is read, whole or not at all")
    func srvAnswer() {
        func name(_ text: String) -> [UInt8] {
            text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
        }
        let target = name("dc1.corp.example")
        let data: [UInt8] = [0, 5, 0, 7, 0x01, 0x85] + target
        let question = name("_ldap._tcp.corp.example") + [0, 33, 0, 1]
        let record: [UInt8] = [0xC0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, UInt8(data.count)] + data
        let answer: [UInt8] = [0, 1, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0] + question + record
        #expect(ServiceRecord.parse(answer) == [.init(host: "dc1.corp.example", port: 389, priority: 5, weight: 7)])
        for length in 0..<answer.count { #expect(ServiceRecord.parse(Array(answer.prefix(length)))?.isEmpty != false) }
    }

    // MARK: BER

    @Test(
        "numbers survive BER",
        arguments: [0, 1, 127, 128, 255, 256, 65535, -1, -128, -129, Int(Int32.min), Int(Int32.max)])
    func integers(value: Int) throws {
        let (item, rest) = try #require(DER.next(DER.integer(value)[...]))
        #expect(rest.isEmpty && DER.integer(item) == value)
    }

    @Test("no bytes at all make the readers of BER and certificates trap")
    func hostileBytes() {
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<3000 {
            var bytes = generator.bytes(generator.below(60))
            if generator.once(in: 2) { bytes = DER.item(0x30, bytes) }
            _ = DER.sequence(bytes[...])
            _ = DER.items(bytes[...])
            _ = Certificate(der: bytes)
        }
    }

    @Test("the manifest carries the same tab as the library")
    func manifest() throws {
        let text = try String(contentsOfFile: Products.root + "/Plugins/LDAP/ldap.json", encoding: .utf8)
        let tab = LDAPDirectory.tab.split(separator: "\n").map { $0.trimmed }
        let inManifest = text.split(separator: "\n").map { $0.trimmed }
        #expect(inManifest.joined(separator: "\n").contains(tab.dropFirst().joined(separator: "\n")))
    }
}

import Foundation
