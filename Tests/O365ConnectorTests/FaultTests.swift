import ConnectorKit
import Foundation
import TestSupport
import Testing

/// What goes wrong between here and the directory: nothing is deleted for it, no token goes astray, the class is right,
/// and once the fault is over the next run is whole again.
@Suite(.serialized)
struct FaultTests {
    struct Fault: CustomTestStringConvertible, Sendable {
        let name: String
        let fault: @Sendable () -> [String: Any]
        /// What the next delta ends with.
        let status: Status
        let says: String

        init(
            _ name: String, _ status: Status, says: String = "",
            _ fault: @autoclosure @escaping @Sendable () -> [String: Any]
        ) {
            self.name = name
            self.fault = fault
            self.status = status
            self.says = says
        }

        var testDescription: String { name }
    }

    private static let often = 1_000

    static let faults: [Fault] = [
        // Passing: waited out.
        Fault("429 with seconds", .ok, ["match": "users/delta", "kind": "throttle", "after": 7, "times": 2]),
        Fault("429 with a date", .ok, ["match": "groups/delta", "kind": "throttle", "after": "date"]),
        Fault(
            "503 without Retry-After", .ok,
            ["match": "users/delta", "kind": "throttle", "after": NSNull(), "status": 503]),
        Fault("504 once", .ok, ["match": "contacts/delta", "kind": "status", "status": 504]),
        Fault("a reset once", .ok, ["match": "users/delta", "kind": "reset"]),
        Fault("HTML once", .ok, ["match": "users/delta", "kind": "html"]),
        Fault(
            "a refused token once", .ok,
            [
                "match": "users/delta", "kind": "status", "status": 401, "code": "InvalidAuthenticationToken",
            ]),
        Fault("the sign-in busy once", .ok, ["match": "oauth2", "kind": "status", "status": 503]),
        // Dead links: a full read by itself.
        Fault("410 with a foreign Location", .ok, ["match": "users/delta", "on": "delta", "kind": "gone"]),
        Fault(
            "410 resyncRequired", .ok,
            ["match": "groups/delta", "on": "delta", "kind": "gone", "code": "resyncRequired"]),
        Fault("a delta link of 30 days", .ok, ["match": "users/delta", "on": "delta", "kind": "old"]),
        Fault("a page token that dies", .ok, ["match": "users/delta", "on": "next", "kind": "page-dead"]),
        Fault("entries that are none", .ok, ["match": "users/delta", "kind": "bad-entries"]),
        // Lasting: the run ends, and says why.
        Fault(
            "throttled for ever", .unavailable, says: "come back later",
            [
                "match": "users/delta", "kind": "throttle", "after": 600, "times": often,
            ]),
        Fault(
            "500 for ever", .unavailable, says: "HTTP 500",
            ["match": "users/delta", "kind": "status", "status": 500, "times": often]),
        Fault(
            "HTML for ever", .unavailable, says: "no JSON", ["match": "groups/delta", "kind": "html", "times": often]),
        Fault(
            "resets for ever", .unavailable, says: "broke", ["match": "users/delta", "kind": "reset", "times": often]),
        Fault(
            "tokens refused for ever", .denied, says: "cloud",
            [
                "match": "users/delta", "kind": "status", "status": 401, "code": "InvalidAuthenticationToken",
                "times": often,
            ]),
        Fault(
            "a permission gone", .denied, says: "User.Read.All",
            [
                "match": "users/delta", "kind": "status", "status": 403, "code": "Authorization_RequestDenied",
                "times": often,
            ]),
        Fault(
            "no permission for contacts", .ok, says: "OrgContact.Read.All",
            [
                "match": "contacts/delta", "kind": "status", "status": 403, "code": "Authorization_RequestDenied",
                "times": often,
            ]),
        Fault("a redirect", .failed, says: "redirect", ["match": "users/delta", "kind": "redirect"]),
        Fault(
            "a redirect of the organization", .failed, says: "redirect",
            ["match": "organization", "kind": "redirect", "status": 307]),
        Fault(
            "a redirect of the sign-in", .failed, says: "redirect",
            ["match": "oauth2", "kind": "redirect", "status": 308]),
        Fault(
            "no token in the answer", .unavailable, says: "without a token",
            ["match": "oauth2", "kind": "no-token", "times": often]),
        Fault("half a page", .failed, says: "not whole", ["match": "users/delta", "kind": "garbage"]),
        Fault(
            "too much after it", .failed, says: "not whole",
            ["match": "users/delta", "kind": "garbage", "body": #"{"value":[]} x"#]),
        Fault("a page too deep", .failed, says: "not whole", ["match": "users/delta", "kind": "deep"]),
        Fault("a page that swells", .failed, says: "MiB", ["match": "users/delta", "kind": "bomb"]),
        Fault("no list of objects", .failed, says: "no list", ["match": "users/delta", "kind": "no-value"]),
        Fault("a last page without a link", .failed, says: "delta link", ["match": "groups/delta", "kind": "no-link"]),
        Fault("a circle", .failed, says: "circle", ["match": "users/delta", "kind": "loop", "times": often]),
        Fault(
            "pages without end", .failed, says: "no end", ["match": "users/delta", "kind": "endless", "times": often]),
        // Last, since the simulator holds on to requests that were given up.
        Fault(
            "silence", .unavailable, says: "silent",
            ["match": "users/delta", "kind": "hang", "seconds": 3, "times": often]),
    ]

    /// One tenant for all faults; the suite runs one test at a time.
    private static let shared = Result { try Simulator(["--users", "150", "--page", "40", "--seed", "5"]) }

    @Test("a fault deletes nothing, keeps the token at home and is over with the next run", arguments: faults)
    func fault(fault: Fault) throws {
        let simulator = try Self.shared.get()
        // A second without a byte counts as silence, and twenty pages as no end.
        let settings = simulator.settings.filter { $0.0 != "timeout" } + [("timeout", "1"), ("max_pages", "20")]
        let host = FakeHost()
        // A wait of ten minutes is more than this host grants.
        host.longestWait = 60_000
        #expect(host.sync(settings) == .ok, "\(host.text)")
        let (objects, edges) = (host.objects, host.edges)
        try simulator.send("mutate", ["count": 120])
        _ = try simulator.log()
        try simulator.faults(fault.fault())

        #expect(host.sync(settings) == fault.status, "\(host.text)")
        #expect(host.problems.contains { $0.text.contains(fault.says) } || fault.says.isEmpty, "\(host.problems)")
        #expect(
            host.problems.allSatisfy { !$0.text.contains(simulator.secret) && !$0.detail.contains(simulator.secret) })
        if fault.status != .ok {
            #expect(host.objects == objects && host.edges == edges)
        }
        let log = try simulator.log()
        #expect(log.foreign == 0)
        // The simulator still holds on to a request that we have given up.
        #expect(log.most <= 1 || fault.name == "silence")

        try simulator.faults()
        #expect(host.sync(settings) == .ok, "\(host.text)")
        try host.expectEqual(simulator)
    }

    @Test("a link that leads away ends the read before anything is sent")
    func links() throws {
        let simulator = try Simulator(["--users", "60", "--seed", "6"])
        let host = FakeHost()
        #expect(host.sync(simulator.settings) == .ok)
        for link in [
            "port", "scheme", "https", "file", "user", "user-here", "host", "backslash", "relative", "empty", "blank",
            "newline", "no-scheme", "number", "object", "huge",
        ] {
            for kind in ["next", "delta-link"] {
                let objects = host.objects
                try simulator.send("mutate", ["count": 20])
                _ = try simulator.log()
                try simulator.faults(["match": "users/delta", "kind": kind, "link": link, "times": 20])
                #expect(host.sync(simulator.settings) == .failed, "\(kind) \(link)")
                #expect(host.objects == objects)
                // The same in a first read.
                try simulator.faults(["match": "groups/delta", "kind": kind, "link": link, "times": 20])
                let fresh = FakeHost()
                #expect(fresh.sync(simulator.settings) == .failed, "\(kind) \(link)")
                #expect(fresh.objects.isEmpty)
                #expect(try simulator.log().foreign == 0, "\(kind) \(link)")
                try simulator.faults()
                #expect(host.sync(simulator.settings) == .ok)
                try host.expectEqual(simulator)
            }
        }
    }

    @Test("Retry-After is waited for to the second, and no request is made before")
    func waits() throws {
        let simulator = try Simulator(["--users", "60"])
        let host = FakeHost()
        try simulator.faults(["match": "users/delta", "kind": "throttle", "after": 17, "times": 5])
        #expect(host.sync(simulator.settings) == .ok)
        #expect(host.waits == Array(repeating: 17_000, count: 5))
        // 200 in a row come to more than an hour: the run is put off.
        try simulator.faults(["match": "users/delta", "kind": "throttle", "after": 20, "times": 200])
        #expect(host.sync(simulator.settings) == .unavailable)
        #expect(host.waits.count == 180 && host.deleted == 0)
    }

    @Test("without a Retry-After the waits grow, with jitter")
    func backOff() throws {
        let simulator = try Simulator(["--users", "20"])
        let host = FakeHost()
        try simulator.faults(["match": "users/delta", "kind": "status", "status": 503, "times": 6])
        let settings = simulator.settings.filter { $0.0 != "attempts" } + [("attempts", "9")]
        #expect(host.sync(settings) == .ok)
        for (index, wait) in host.waits.enumerated() {
            let most = UInt64(1000) << UInt64(index)
            #expect(wait >= most / 2 && wait <= most)
        }
        #expect(host.waits.count == 6)
    }

    @Test("a list whose page token dies in a full read is begun again, and nothing of the dead part stays")
    func deadPage() throws {
        for stream in ["users", "groups", "contacts"] {
            let simulator = try Simulator(["--users", "150", "--page", "4", "--seed", "8"])
            let host = FakeHost()
            try simulator.faults(["match": "\(stream)/delta", "on": "next", "kind": "page-dead"])
            #expect(host.sync(simulator.settings) == .ok, "\(host.text)")
            try host.expectEqual(simulator)
            try simulator.faults(["match": "\(stream)/delta", "on": "next", "kind": "page-dead", "times": 2])
            #expect(host.sync(simulator.settings, full: true) == .unavailable)
        }
    }

    @Test("a property of the wrong type takes nothing away")
    func wrongType() throws {
        let simulator = try Simulator(["--users", "60", "--seed", "9"])
        let host = FakeHost()
        #expect(host.sync(simulator.settings) == .ok)
        let objects = host.objects
        try simulator.faults(["match": "users/delta", "kind": "bad-entries"])
        #expect(host.sync(simulator.settings, full: true) == .ok)
        #expect(host.objects == objects)
        #expect(host.problems.contains { $0.text.contains("wrong type") })
        #expect(host.problems.contains { $0.text.contains("no usable id") })
    }

    @Test("a cancel ends the read soon, also while it waits")
    func cancel() throws {
        let simulator = try Simulator(["--users", "300"])
        let host = FakeHost()
        host.cancelAfterRecords = 50
        #expect(host.sync(simulator.settings) == .cancelled)
        let other = FakeHost()
        other.cancelAfterWaits = 0
        try simulator.faults(["match": "groups/delta", "kind": "throttle", "after": 30, "times": 9])
        #expect(other.sync(simulator.settings) == .cancelled)
        #expect(other.objects.isEmpty)
    }
}
