import ConnectorKit
import Foundation
import O365Directory
import TestSupport
import Testing

/// What is read on request: members of some groups only, no contacts, what mailboxes are for.
@Suite(.serialized)
struct SelectionTests {
    @Test("accounts can be limited to the members of groups, and follow those who join and leave")
    func scope() throws {
        let simulator = try Simulator(["--users", "200", "--seed", "4"])
        let groups = try simulator.send("list-groups")["groups"] as? [[String: Any]] ?? []
        let group = try #require(groups.first { ($0["members"] as? [String] ?? []).count > 4 })
        let id = try #require(group["id"] as? String)
        let settings = simulator.settings + [("groups", id)]
        let host = FakeHost()
        func users() -> Set<String> { Set(host.objects.filter { $0.value.kind == 1 }.keys) }
        func wanted() throws -> Set<String> {
            Set(try simulator.send("scope", ["group": id])["users"] as? [String] ?? [])
        }
        #expect(host.sync(settings) == .ok, "\(host.text)")
        #expect(users() == (try wanted()))
        #expect(!users().isEmpty)
        for _ in 1...12 {
            try simulator.send("mutate", ["count": 30])
            guard host.sync(settings) == .ok else { break }
            #expect(users() == (try wanted()))
        }
        #expect(host.fulls == 1)
        // By name, too; a name that nobody bears is the setting's fault, and nothing is deleted for it.
        #expect(FakeHost().sync(simulator.settings + [("groups", "no such group")]) == .badSettings)
        let name = try #require(groups.first?["name"] as? String)
        #expect(FakeHost().sync(simulator.settings + [("groups", name)]) == .ok)
    }

    @Test("contacts can be left out")
    func contacts() throws {
        let simulator = try Simulator(["--users", "100"])
        let host = FakeHost()
        #expect(host.sync(simulator.settings + [("contacts", "false")]) == .ok)
        #expect(!host.objects.values.contains { $0.kind == 3 })
        #expect(try !simulator.log().requests.contains { ($0["path"] as? String ?? "").contains("contacts") })
    }

    @Test("what mailboxes are for is asked twenty at a time, and a throttled step again")
    func purposes() throws {
        let simulator = try Simulator(["--users", "150", "--seed", "3"])
        let host = FakeHost()
        try simulator.faults(["match": "$batch", "kind": "throttle", "times": 3])
        #expect(host.sync(simulator.settings + [("user_purpose", "true")]) == .ok, "\(host.text)")
        let types = Set(host.objects.values.compactMap { $0.attributes["type"]?.first })
        #expect(types.isSuperset(of: ["user", "shared"]))
        try host.expectEqual(simulator)
        try simulator.send(
            "consent",
            [
                "roles": [
                    "Organization.Read.All", "User.Read.All", "GroupMember.Read.All", "OrgContact.Read.All",
                ], "drop_tokens": true,
            ])
        try simulator.send("mutate", ["count": 30])
        #expect(host.sync(simulator.settings + [("user_purpose", "true")]) == .denied)
        #expect(host.field == "user_purpose")
    }

    @Test("a full read is due again after so many days, and a state that is none is no trouble")
    func states() throws {
        let simulator = try Simulator(["--users", "40"])
        let host = FakeHost()
        #expect(host.sync(simulator.settings) == .ok)
        host.state = Array(
            String(decoding: host.state, as: UTF8.self)
                .replacingOccurrences(of: "full 1", with: "full 0").utf8)
        #expect(host.sync(simulator.settings) == .ok)
        #expect(host.fulls == 2)
        for state in ["x", "o365 2\ntenant a", "o365 1\nusers http://127.0.0.1:1/", "o365 1"] {
            host.state = Array(state.utf8)
            #expect(host.sync(simulator.settings) == .ok)
        }
        #expect(host.fulls == 6)
        try host.expectEqual(simulator)
    }

    @Test("the manifest carries the tab of the library")
    func manifest() throws {
        let path =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path + "/Plugins/O365/o365.json"
        let manifest = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? NSDictionary)
        let tab = try JSONSerialization.jsonObject(with: Data(O365.tab.utf8)) as? NSDictionary
        #expect(manifest["tab"] as? NSDictionary == tab)
        #expect(manifest["version"] as? String == O365.version)
    }
}
