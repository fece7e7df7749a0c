import ConnectorKit
import ConnectorTesting
import GenericDirectory
import TestSupport
import Testing

/// Lists behind HTTP, and the faults of their servers.
struct DownloadTests {
    private let fixture = Fixture()

    private func open(_ server: FaultyServer, _ path: String, _ settings: [String: String] = [:]) throws -> Opened {
        let location = "http://127.0.0.1:\(server.port)\(path)"
        return try Opened(Generic.self, settings.merging(["location": location]) { $1 })
    }

    @Test("an unchanged list costs one request", arguments: ["/list", "/dated", "/moved"])
    func unchanged(path: String) throws {
        let server = try FaultyServer(fixture)
        let opened = try open(server, path)
        #expect(opened.full() == .ok)
        #expect(opened.host.records.count == 100)
        let state = try #require(opened.host.states.last)
        #expect(opened.delta(state) == .ok)
        #expect(opened.host.records.count == 100)
        #expect(opened.host.asked == Array(repeating: "127.0.0.1", count: opened.host.asked.count))
        let requests = try server.requests()
        #expect(requests.count == (path == "/moved" ? 4 : 2))
        #expect(requests.last?.hasSuffix("tag=None since=None") == false)
    }

    @Test("a list without tags is known by its content", arguments: ["/plain", "/chunked"])
    func untagged(path: String) throws {
        let opened = try open(try FaultyServer(fixture), path)
        #expect(opened.full() == .ok)
        #expect(opened.delta(try #require(opened.host.states.last)) == .ok)
    }

    @Test("what a probe has downloaded is not asked for again")
    func spooled() throws {
        let server = try FaultyServer(fixture)
        let opened = try open(server, "/changing")
        #expect(opened.full() == .ok)
        let state = try #require(opened.host.states.last)
        opened.host.clear()
        #expect(opened.delta(state) == .needFull)
        #expect(opened.full() == .ok)
        #expect(opened.host.records.count == 101)
        #expect(try server.requests().count == 2)
        #expect(String(decoding: try #require(opened.host.states.last), as: UTF8.self).contains("etag=\"2\""))
    }

    @Test(
        "a body that is not whole emits nothing",
        arguments: ["/short", "/long", "/cutchunk", "/reset"])
    func cut(path: String) throws {
        let opened = try open(try FaultyServer(fixture), path)
        #expect(opened.full() == .unavailable)
        #expect(opened.host.records.isEmpty)
        #expect(opened.host.problems.count == 1)
    }

    @Test(
        "a status is told as what a person can do about it",
        arguments: [
            ("/status/401", Status.badSettings, "password"), ("/status/403", .denied, "user"),
            ("/status/404", .badSettings, "location"), ("/status/410", .badSettings, "location"),
            ("/status/429", .unavailable, ""), ("/status/500", .unavailable, ""), ("/status/503", .unavailable, ""),
            ("/status/204", .badSettings, "location"), ("/loop", .badSettings, "location"),
            ("/ftp", .badSettings, "location"), ("/file", .badSettings, "location"),
            ("/nothing", .badSettings, "location"),
        ])
    func statuses(path: String, status: Status, field: String) throws {
        let opened = try open(try FaultyServer(fixture), path, ["user": "u", "password": "geheim"])
        #expect(opened.full() == status)
        #expect(opened.host.problems.map(\.field) == [field])
        #expect(opened.host.records.isEmpty)
        let said = "\(opened.host.problems) \(opened.host.lines)"
        #expect(!said.contains("geheim"))
    }

    @Test("Retry-After is waited for, but not for ever")
    func busy() throws {
        let server = try FaultyServer(fixture)
        let opened = try open(server, "/busy")
        #expect(opened.full() == .ok)
        #expect(opened.host.waits == [7000, 7000])
        let other = try open(server, "/busier")
        #expect(other.full() == .unavailable)
        #expect(other.host.waits == [7000, 7000, 7000])
    }

    @Test("a password goes to no other host")
    func elsewhere() throws {
        let server = try FaultyServer(fixture)
        let opened = try open(server, "/elsewhere", ["user": "u", "password": "p"])
        #expect(opened.full() == .ok)
        let requests = try server.requests()
        #expect(requests.first?.contains("auth=Basic") == true)
        #expect(requests.last?.hasPrefix("/list auth=None") == true)
    }

    @Test("a query with a key in it is not shown")
    func query() throws {
        let opened = try open(try FaultyServer(fixture), "/status/404?key=geheim")
        #expect(opened.full() == .badSettings)
        #expect(!"\(opened.host.problems)".contains("geheim"))
    }

    @Test("an address that the networks forbid is not connected to")
    func networks() throws {
        let server = try FaultyServer(fixture)
        let opened = try open(server, "/list")
        opened.host.forbidden = ["127.0.0.1"]
        #expect(opened.full() == .denied)
        #expect(opened.host.problems.first?.text.contains("127.0.0.1") == true)
        #expect(try server.requests().isEmpty)
    }

    @Test("a cancel ends a slow download")
    func slow() throws {
        let opened = try open(try FaultyServer(fixture), "/slow")
        opened.host.isCancelled = { $0 > 3 }
        #expect(opened.full() == .cancelled)
        #expect(opened.host.problems.isEmpty)
    }

    @Test(
        "a list over the limit for downloads is refused, said to be so long or without an end",
        arguments: [
            "/large", "/largechunk",
        ])
    func limit(path: String) throws {
        let opened = try open(try FaultyServer(fixture), path, ["max_megabytes": "1"])
        #expect(opened.full() == .badSettings)
        #expect(opened.host.problems.map(\.field) == ["max_megabytes"])
        #expect(opened.host.records.isEmpty)
    }

    @Test(
        "no server is unavailable",
        arguments: ["http://127.0.0.1:1/list", "http://no-such-host.invalid/list", "ftp://127.0.0.1:1/list"])
    func nobody(location: String) throws {
        let opened = try Opened(Generic.self, ["location": location])
        #expect(opened.full() == .unavailable)
    }
}
