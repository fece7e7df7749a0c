import RollcallConnectors
import TestSupport
import Testing

internal import Foundation

extension WorkerSuites {
    /// The kit passes what is right, and names what is wrong.
    @Suite("the conformance kit")
    struct CheckTests {
        let fixture = Fixture()

        private func check(
            _ source: String, _ flags: [String] = [], manifest: [String: Any] = [:],
            settings: [(name: String, value: String)] = [],
            only: Set<String>? = nil
        ) throws -> [CheckResult] {
            let folder = try fixture.library(source, flags, manifest: manifest)
            var kit = ConnectorCheck(executable: House.executable)
            kit.limit = 5_000
            return kit.run(folder + "/test.so", settings: settings, only: only) { _ in }
        }

        @Test("a good connector passes every test")
        func good() throws {
            let results = try check("good")
            #expect(ConnectorCheck.conforms(results), "\(results.filter { !$0.verdict.isGood })")
            #expect(results.contains { $0.test == "sync.full" && $0.text.hasPrefix("3 objects") })
        }

        @Test("the whole connector of 60 lines passes")
        func csv() throws {
            let file = try fixture.file(
                fixture.temporaryDirectory() + "/people.csv", "1,a@example.com,A\n2,b@example.com,B\n")
            let results = try check("csv", manifest: ["id": "org.example.csv"], settings: [("path", file)])
            #expect(ConnectorCheck.conforms(results), "\(results.filter { !$0.verdict.isGood })")
        }

        @Test(
            "each sin is found by its test",
            arguments: [
                ("KEEPS_POINTER", "open.empty", CheckResult.Verdict.crashed), ("GOES_ON", "sync.emitFails", .fail),
                ("SAYS_OK", "sync.emitFails", .fail), ("OTHER_IDS", "sync.twice", .fail),
                ("FOREIGN_OK", "sync.foreignState", .fail), ("DEAF", "sync.cancelByDescriptor", .timedOut),
                ("THREAD", "threads.calls", .fail), ("SECRET", "secrets.marker", .fail),
                ("UNKNOWN_OK", "call.unknown", .fail),
                ("EARLY_CHECKPOINT", "sync.replay", .fail), ("LEAK", "open.cycles", .fail),
                ("SLOW_ENTRY", "scan.entry", .fail),
                ("EXPORTS", "static.exports", .warn), ("TAB", "table.fields", .fail), ("FIELD", "call.check", .fail),
                ("EMPTY_ID", "sync.full", .fail), ("EXIT", "sync.full", .crashed),
            ])
        func sins(sin: String, test: String, verdict: CheckResult.Verdict) throws {
            let results = try check("sinner", ["-w", "-D\(sin)"], only: [test])
            #expect(
                results.contains { $0.test == test && $0.verdict == verdict },
                "\(results.filter { $0.test == test || $0.verdict != .pass })")
        }

        @Test("what is no library is told without being loaded")
        func noLibrary() throws {
            let folder = try fixture.temporaryDirectory()
            let kit = ConnectorCheck(executable: House.executable)
            #expect(kit.run(folder + "/nowhere.so", settings: []) { _ in }.map(\.verdict) == [.fail])
            let text = try fixture.file(
                folder + "/text.so", "not a library at all, but long enough to look like a head of one")
            #expect(kit.run(text, settings: []) { _ in }.map(\.verdict) == [.fail])
        }
    }
}
