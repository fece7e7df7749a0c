import ConnectorKit
import ConnectorTesting
import DirectoryServers
import LDAPDirectory
import TestSupport
import Testing

/// What servers do that are not at hand: Active Directory's limits, Exchange's attributes, answers that end early.
final class ServerBehaviourTests {
    let fixture = Fixture()
    deinit { fixture.finish() }

    typealias Entry = ScriptedServer.Entry
    typealias Answer = ScriptedServer.Answer

    static let base = "DC=corp,DC=example"

    static func guid(_ number: Int) -> [UInt8] {
        (0..<16).map { $0 == 15 ? UInt8(number & 255) : $0 == 14 ? UInt8(number >> 8) : UInt8($0) }
    }

    static func guidText(_ number: Int) -> String {
        let tail = [number >> 8, number & 255].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "03020100-0504-0706-0809-0a0b0c0d\(tail)"
    }

    static func member(_ number: Int) -> String { "<GUID=\(guidText(number))>;CN=u\(number),\(base)" }

    static func user(_ number: Int, _ more: [(String, [String])] = []) -> Entry {
        Entry(
            "<GUID=\(guidText(number))>;CN=u\(number),\(base)",
            bytes: [
                ("objectGUID", [guid(number)]), ("objectClass", [Array("user".utf8)]),
                ("mail", [Array("u\(number)@example.com".utf8)]),
            ] + more.map { ($0.0, $0.1.map { Array($0.utf8) }) })
    }

    /// A server that knows its root and base, and answers the paged search by `read`.
    private func reading(
        _ settings: [String: String] = [:], _ read: @escaping ScriptedServer.Script
    ) throws -> (Reading, ScriptedServer) {
        let server = try ScriptedServer(fixture) { request in
            if request.base.isEmpty {
                return Answer(entries: [
                    Entry(
                        "",
                        [
                            ("supportedCapabilities", ["1.2.840.113556.1.4.800"]), ("namingContexts", [Self.base]),
                            ("defaultNamingContext", [Self.base]),
                        ])
                ])
            }
            if request.scope == 0, request.attributes.contains("entryUUID") {
                return Answer(entries: [Entry(Self.base, [("objectClass", ["domain"])])])
            }
            return read(request)
        }
        var all = [
            "preset": "active-directory", "servers": "127.0.0.1:\(server.port)", "security": "none",
            "base_dn": Self.base,
            "user": "reader@corp.example", "password": "secret", "incremental": "off", "answer_timeout": "3",
        ]
        all.merge(settings) { $1 }
        return (Reading(all), server)
    }

    @Test(
        "a group cut at 1,500 members is asked for the rest, by the server's own steps", arguments: [1500, 700, 2999])
    func ranges(step: Int) throws {
        let members = (0..<3000).map(Self.member)
        let (reading, server) = try reading { request in
            if request.scope == 0 {
                guard let wanted = request.attributes.first,
                    let start = Int(wanted.dropFirst("member;range=".count).dropLast(2))
                else { return Answer(code: 80) }
                let end = min(start + step, members.count)
                let name = end == members.count ? "member;range=\(start)-*" : "member;range=\(start)-\(end - 1)"
                return Answer(entries: [Entry(request.base, [(name, Array(members[start..<end]))])])
            }
            var group = Self.user(5000, [("member", []), ("member;range=0-\(step - 1)", Array(members[0..<step]))])
            group.attributes[1] = ("objectClass", [Array("group".utf8)])
            return Answer(entries: [group, Self.user(1)])
        }
        #expect(try reading.full() == .ok, "\(reading.host.problems)")
        #expect(reading.mirror.edges[Self.guidText(5000)]?.count == 3000)
        #expect(server.requests.filter { $0.scope == 0 && !$0.base.isEmpty }.count == 1 + (3000 + step - 1) / step - 1)
    }

    @Test("pages follow each other by cookie, and the next is asked for before this one is done")
    func pages() throws {
        let (reading, server) = try reading(["page_size": "3"]) { request in
            let start = Int(request.page?.cookie ?? "") ?? 0
            return Answer(
                entries: (start..<start + 3).map { Self.user($0) }, cookie: start + 3 < 9 ? "\(start + 3)" : "")
        }
        #expect(try reading.full() == .ok, "\(reading.host.problems)")
        #expect(reading.mirror.objects.count == 9)
        #expect(server.requests.compactMap(\.page).map(\.size) == [3, 3, 3])
        #expect(server.requests.compactMap(\.page).map(\.cookie) == ["", "3", "6"])
    }

    struct Ending: Sendable, CustomTestStringConvertible {
        var code: Int
        var status: Status
        var field: String
        var testDescription: String { "result \(code)" }
    }

    static let endings = [
        Ending(code: 3, status: .unavailable, field: ""), Ending(code: 4, status: .denied, field: "user"),
        Ending(code: 11, status: .denied, field: "user"), Ending(code: 51, status: .unavailable, field: ""),
        Ending(code: 52, status: .unavailable, field: ""), Ending(code: 50, status: .denied, field: "user"),
        Ending(code: 32, status: .badSettings, field: "base_dn"),
        Ending(code: 10, status: .badSettings, field: "base_dn"),
        Ending(code: 8, status: .badSettings, field: "security"),
        Ending(code: 18, status: .badSettings, field: "filter"),
        Ending(code: 1, status: .failed, field: ""), Ending(code: 53, status: .failed, field: ""),
        Ending(code: 80, status: .failed, field: ""),
    ]

    @Test("a read that ends with anything but success is not complete", arguments: endings)
    func endings(ending: Ending) throws {
        let (reading, _) = try reading { _ in Answer(entries: [Self.user(1), Self.user(2)], code: ending.code) }
        #expect(try reading.full() == ending.status)
        #expect(reading.problem?.field == ending.field)
        #expect(reading.host.states.isEmpty)
    }

    @Test("a success without the paging control proves nothing")
    func missingControl() throws {
        let (reading, _) = try reading { _ in Answer(entries: [Self.user(1)], cookie: nil) }
        #expect(try reading.full() == .failed)
    }

    @Test("an empty success is denied")
    func empty() throws {
        let (reading, _) = try reading { _ in Answer() }
        #expect(try reading.full() == .denied)
    }

    @Test("references to other servers are counted and not followed")
    func references() throws {
        let (reading, server) = try reading { _ in
            Answer(
                entries: [Self.user(1)],
                references: ["ldap://127.0.0.1:1/DC=other", "ldap://corp.example/CN=Configuration"])
        }
        #expect(try reading.full() == .ok)
        #expect(reading.mirror.objects.count == 1)
        #expect(reading.host.lines.contains { $0.contains("2 references") })
        #expect(server.requests.filter { $0.page != nil }.count == 1)
    }

    struct Kind: Sendable, CustomTestStringConvertible {
        var attributes: [(String, [String])]
        var kind: RecordKind
        var name: String
        var value: String
        var testDescription: String { attributes.map { "\($0.0)=\($0.1[0])" }.joined(separator: " ") }
    }

    static func exchange(_ type: String) -> [(String, [String])] {
        [("msExchRecipientTypeDetails", [type]), ("userAccountControl", ["514"])]
    }

    static let kinds = [
        Kind(attributes: exchange("1"), kind: .user, name: "type", value: "user"),
        Kind(attributes: exchange("4"), kind: .user, name: "type", value: "shared"),
        Kind(attributes: exchange("34359738368"), kind: .user, name: "type", value: "shared"),
        Kind(attributes: exchange("16"), kind: .resource, name: "type", value: "room"),
        Kind(attributes: exchange("8589934592"), kind: .resource, name: "type", value: "room"),
        Kind(attributes: exchange("32"), kind: .resource, name: "type", value: "equipment"),
        Kind(attributes: exchange("17179869184"), kind: .resource, name: "type", value: "equipment"),
        Kind(attributes: exchange("2147483648"), kind: .user, name: "type", value: "user"),
        Kind(attributes: exchange("536870912"), kind: .user, name: "type", value: "system"),
        Kind(attributes: [("userAccountControl", ["514"])], kind: .user, name: "enabled", value: "false"),
        Kind(attributes: [("userAccountControl", ["512"])], kind: .user, name: "enabled", value: "true"),
        Kind(attributes: [("msExchHideFromAddressLists", ["TRUE"])], kind: .user, name: "hidden", value: "true"),
        Kind(attributes: [("objectClass", ["contact"])], kind: .contact, name: "mail", value: "u1@example.com"),
        Kind(attributes: [("objectClass", ["publicFolder"])], kind: .group, name: "listType", value: "publicFolder"),
        Kind(
            attributes: [("objectClass", ["msExchDynamicDistributionList"])], kind: .group, name: "listType",
            value: "dynamic"),
        Kind(
            attributes: [("objectClass", ["group"]), ("groupType", ["-2147483640"])], kind: .group, name: "listType",
            value: "security"),
        Kind(
            attributes: [("objectClass", ["group"]), ("groupType", ["8"])], kind: .group, name: "listType",
            value: "distribution"),
        Kind(
            attributes: [("whenCreated", ["20260504123456.0Z"])], kind: .user, name: "created",
            value: "2026-05-04T12:34:56Z"),
    ]

    @Test("types are told apart where the directory says so", arguments: kinds)
    func kind(test: Kind) throws {
        let (reading, _) = try reading { _ in Answer(entries: [Self.user(1, test.attributes)]) }
        #expect(try reading.full() == .ok)
        let object = try #require(reading.mirror.objects[Self.guidText(1)])
        #expect(object.kind == test.kind)
        #expect(object[test.name] == test.value)
    }
}
