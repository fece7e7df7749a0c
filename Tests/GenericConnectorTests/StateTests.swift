import ConnectorKit
import ConnectorTesting
import Foundation
import GenericDirectory
import TestSupport
import Testing

/// Whether a list has changed, and what it takes to find out.
struct StateTests {
    private let fixture = Fixture()

    private func list(_ text: String) throws -> String {
        try fixture.file(try fixture.temporaryDirectory() + "/list.csv", text)
    }

    @Test("an unchanged file is known by its content, a changed one is read again by the same instance")
    func file() throws {
        let path = try list("email\na@x\n")
        let opened = try Opened(Generic.self, ["location": path])
        #expect(opened.full() == .ok)
        let state = try #require(opened.host.states.last)
        opened.host.clear()
        #expect(opened.delta(state) == .ok)
        #expect(opened.host.records.isEmpty)
        try fixture.file(path, "email\na@x\nb@x\n")
        #expect(opened.delta(state) == .needFull)
        #expect(opened.host.records.isEmpty)
        #expect(opened.full() == .ok)
        #expect(opened.host.records.count == 2)
        #expect(opened.host.states.last != state)
    }

    @Test("a touched file is unchanged, and the path is no part of the state")
    func moved() throws {
        let first = try Opened(Generic.self, ["location": try list("email\na@x\n")])
        #expect(first.full() == .ok)
        let state = try #require(first.host.states.last)
        let other = try Opened(Generic.self, ["location": "file://" + (try list("email\na@x\n"))])
        #expect(other.delta(state) == .needFull)
        let same = try Opened(Generic.self, ["location": try list("email\na@x\n")])
        #expect(same.delta(state) == .ok)
    }

    @Test(
        "another setting that changes what is read means a full read",
        arguments: [["separator": ","], ["email_column": "mail"], ["bad_rows": "1"], ["format": "csv"]])
    func settings(changed: [String: String]) throws {
        let path = try list("email\na@x\n")
        let first = try Opened(Generic.self, ["location": path])
        #expect(first.full() == .ok)
        let state = try #require(first.host.states.last)
        let other = try Opened(Generic.self, changed.merging(["location": path]) { $1 })
        #expect(other.delta(state) == .needFull)
    }

    @Test(
        "a state that is none proves nothing",
        arguments: ["", "x", "generic 1", "generic 1\n", "generic 2\nsettings=a\ncontent=b\n", "generic 1\nsettings\n"])
    func foreign(state: String) throws {
        let opened = try Opened(Generic.self, ["location": try list("email\na@x\n")])
        #expect(opened.delta(Array(state.utf8)) == .needFull)
    }

    @Test("a read that failed leaves no state")
    func failed() throws {
        let opened = try Opened(Generic.self, ["location": try list("email\na@x\n\"")])
        #expect(opened.full() == .failed)
        #expect(opened.host.states.isEmpty)
    }

    @Test(
        "where a list cannot be",
        arguments: [
            ("", "Say where"), ("list.csv", "neither a URL"), ("gopher://x/y", "not read by gopher"),
            ("https://u:p@x.example/list", "Leave user and password out"), ("file://host/list", "names no file"),
            ("file:///a%0", "names no file"), ("/nonexistent/list.csv", "There is no file"),
            ("/tmp", "no regular file"),
            ("/dev/null", "not a regular file"),
        ])
    func locations(location: String, says: String) throws {
        let opened = try Opened(Generic.self, ["location": location])
        #expect(opened.full() == .badSettings)
        let text = opened.host.problems.first?.text ?? ""
        #expect(opened.host.problems.first?.field == "location")
        #expect(text.contains(says) || (says == "no regular file" && text.contains("not a regular file")), "\(text)")
    }

    @Test("a file URL may have its percent signs")
    func percent() throws {
        let path = try fixture.file(try fixture.temporaryDirectory() + "/my list.csv", "email\na@x\n")
        let url = "file://" + path.replacingOccurrences(of: " ", with: "%20")
        let opened = try Opened(Generic.self, ["location": url])
        #expect(opened.full() == .ok)
    }

    @Test("check answers facts and emits nothing")
    func check() throws {
        let opened = try Opened(Generic.self, ["location": try list("id;email;Wer\n1;a@x;A\n2;b@x;B\n")])
        #expect(opened.call("check") == .ok)
        #expect(opened.host.records.isEmpty)
        #expect(
            opened.host.answers == [
                "size": "29 bytes", "format": "csv", "separator": ";", "columns": "id, email, Wer", "rows": "2",
            ])
    }

    @Test("a cancel ends the read", arguments: [0, 1, 2])
    func cancelled(after: Int) throws {
        let rows = (0..<100_000).map { "u\($0)@a-rather-long-domain.example\n" }.joined()
        let opened = try Opened(Generic.self, ["location": try list("email\n" + rows)])
        opened.host.isCancelled = { $0 >= after }
        #expect(opened.full() == .cancelled)
        #expect(opened.host.states.isEmpty)
        #expect(opened.host.problems.isEmpty)
    }

    @Test("the manifest carries the tab that the library has")
    func manifest() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try Data(contentsOf: root.appendingPathComponent("Plugins/Generic/generic.json"))
        let manifest = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let tab = try #require(try JSONSerialization.jsonObject(with: Data(Generic.tab.utf8)) as? [String: Any])
        #expect((manifest["tab"] as? NSDictionary) == (tab as NSDictionary))
        #expect(manifest["id"] as? String == Generic.id)
        #expect(manifest["version"] as? String == Generic.version)
    }
}
