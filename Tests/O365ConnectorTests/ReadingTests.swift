import ConnectorKit
import Foundation
import TestSupport
import Testing

/// A tenant read by three delta streams: what comes together must be what is there.
@Suite(.serialized)
struct ReadingTests {
    @Test(
        "a full read, and then 30 rounds of random changes by delta, give what is there",
        arguments: zip([1, 2], [1000, 120]))
    func rounds(seed: Int, users: Int) throws {
        let simulator = try Simulator(["--users", "\(users)", "--seed", "\(seed)"])
        let host = FakeHost()
        #expect(host.sync(simulator.settings) == .ok, "\(host.text)")
        try host.expectEqual(simulator)
        #expect(host.objects.count > users)
        for round in 1...30 {
            try simulator.send("mutate", ["count": round % 7 == 0 ? 200 : 15])
            #expect(host.sync(simulator.settings) == .ok, "round \(round): \(host.text)")
            try host.expectEqual(simulator, "round \(round)")
        }
        #expect(host.fulls == 1)
    }

    @Test("a round without changes costs at most six requests, and an hour's token is asked for once")
    func quiet() throws {
        let simulator = try Simulator(["--users", "300"])
        let host = FakeHost()
        #expect(host.sync(simulator.settings) == .ok)
        _ = try simulator.log()
        #expect(host.sync(simulator.settings) == .ok)
        _ = try simulator.log()
        #expect(host.sync(simulator.settings) == .ok)
        let log = try simulator.log()
        #expect(log.requests.count <= 6)
        #expect(log.most == 1)
        #expect(log.requests.filter { $0["method"] as? String == "GET" }.allSatisfy { $0["low"] as? Bool == true })
        #expect(log.requests.allSatisfy { $0["secret"] as? Bool == false })
    }
}
