import RollcallConnectors
import RollcallCore
import TestSupport
import Testing

extension WorkerSuites {
    @Suite("a worker with a well-behaved connector")
    struct WorkerTests {
        let fixture = Fixture()

        private func worker(
            _ settings: [(name: String, value: String)] = [], secrets: [(name: String, value: String)] = [],
            posted: (() throws -> [UInt8])? = nil, networks: NetworkPolicy = .any
        ) throws -> Worker {
            try Worker(
                fixture.connector("good"), settings: settings, secrets: secrets, posted: posted, limits: House.limits,
                networks: networks, executable: House.executable, environment: [("https_proxy", "http://proxy:3128")])
        }

        @Test("a full sync hands over records and a state, and ends well")
        func full() throws {
            let witness = Witness()
            let worker = try worker()
            let end = try worker.sync(mode: .full, state: [], observer: witness)
            #expect(end.status == .ok)
            #expect(witness.ids == ["id-0", "id-1", "id-2"])
            #expect(witness.attributes[1] == ["mail=user1@example.com", "displayName=A B"])
            #expect(witness.states == [Array("good:3".utf8)])
            #expect(throws: ConnectorFailure.self) { try worker.sync(mode: .full, state: [], observer: witness) }
        }

        @Test("many records arrive whole and in order")
        func many() throws {
            let witness = Witness()
            let end = try worker([("count", "50000")]).sync(mode: .full, state: [], observer: witness)
            #expect(end.status == .ok)
            #expect(witness.ids.count == 50_000)
            #expect(witness.ids.last == "id-49999")
        }

        @Test("after NEED_FULL the same instance reads everything")
        func needFull() throws {
            let witness = Witness()
            let worker = try worker()
            #expect(try worker.sync(mode: .delta, state: [1], observer: witness).status == .needFull)
            #expect(try worker.sync(mode: .full, state: [], observer: witness).status == .ok)
            #expect(witness.ids.count == 3)
        }

        @Test("a check answers facts, logs, and prints")
        func check() throws {
            let witness = Witness()
            let result = try worker([("path", "/etc/hosts")]).call("check", [], observer: witness)
            #expect(result.status == .ok)
            #expect(result.answers.first { $0.name == "path" }?.value == "/etc/hosts")
            #expect(result.answers.first { $0.name == "product" }?.value.hasPrefix("Rollcall/") == true)
            #expect(witness.lines.contains("open /etc/hosts"))
            #expect(witness.lines.contains("printed"))
        }

        @Test("a problem names the field and has the class of the status")
        func problem() throws {
            let result = try worker([("path", "/nowhere/at/all")]).call("check", [], observer: Witness())
            #expect(result.status == .badSettings)
            #expect(result.problems == [Problem(.badSettings, field: "path", text: "The file cannot be read.")])
        }

        @Test("an unknown method is told as such")
        func unsupported() throws {
            #expect(try worker().call("dance", [], observer: Witness()).status == .unsupported)
        }

        @Test("the posted list becomes a file that only this worker can read")
        func posted() throws {
            let result = try worker([("path", "posted")], posted: { Array("a list".utf8) })
                .call("check", [], observer: Witness())
            let path = try #require(result.answers.first { $0.name == "path" }?.value)
            #expect(result.status == .ok)
            #expect(path.hasSuffix("/posted"))
            #expect(throws: ConnectorFailure.self) { try self.worker([("path", "posted")]) }
        }

        @Test("a setting is saved before the connector goes on; an undeclared one is refused")
        func save() throws {
            let witness = Witness()
            let worker = try worker()
            #expect(try worker.call("save", [("token", "t-1234567")], observer: witness).status == .ok)
            #expect(try worker.call("save", [("other", "x")], observer: witness).status == .failed)
            #expect(witness.saved.map(\.0) == ["token"])
        }

        @Test("a wait is told and kept; one that is too long is refused")
        func waiting() throws {
            let witness = Witness()
            let worker = try worker()
            #expect(try worker.call("wait", [("ms", "20")], observer: witness).status == .ok)
            #expect(try worker.call("wait", [("ms", "99999999")], observer: witness).status == .unavailable)
            #expect(witness.waits == [20])
        }

        @Test(
            "the connector hears which addresses it may reach",
            arguments: [
                ("any", "192.0.2.1", ConnectorStatus.ok), ("any", "169.254.169.254", .denied),
                ("public", "10.1.2.3", .denied),
                ("10.0.0.0/8", "10.1.2.3", .ok), ("10.0.0.0/8", "11.1.2.3", .denied),
            ])
        func networks(policy: String, address: String, status: ConnectorStatus) throws {
            let networks = try #require(NetworkPolicy(policy))
            #expect(
                try worker(networks: networks).call("permits", [("a", address)], observer: Witness()).status == status)
        }

        @Test("the worker has an environment and descriptors of its own, and nothing of the host's")
        func environment() throws {
            let answers = try worker(secrets: [("password", "hunter22")]).call("environment", [], observer: Witness())
                .answers
            let names = Set(answers.filter { $0.name == "env" }.map { $0.value.split(separator: "=")[0] })
            #expect(names == ["LANG", "TZ", "TMPDIR", "HOME", "SWIFT_BACKTRACE", "https_proxy"])
            #expect(!answers.contains { $0.value.contains("hunter22") })
            let descriptors = answers.filter { $0.name == "fd" }.compactMap { Int($0.value) }
            // 0 to 3, and the two by which the worker's own threads wake each other.
            #expect(descriptors.count <= 6)
        }

        @Test("a secret does not come back in logs, problems or output")
        func secrets() throws {
            let witness = Witness()
            let result = try worker(secrets: [("password", "correct horse \"battery\"")])
                .call("leak", [], observer: witness)
            #expect(result.status == .denied)
            let everything = witness.lines + result.problems.flatMap { [$0.text, $0.detail ?? ""] }
            #expect(everything.contains { $0.contains("[secret]") })
            #expect(!everything.contains { $0.contains("horse") })
        }
    }
}
