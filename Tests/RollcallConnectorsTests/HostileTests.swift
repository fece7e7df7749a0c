import RollcallConnectors
import RollcallCore
import TestSupport
import Testing

internal import Foundation

/// What a connector does wrong costs its own run and nothing else, and is called by its name.
extension WorkerSuites {
    @Suite("a connector that misbehaves")
    struct HostileTests {
        let fixture = Fixture()

        private func run(
            _ behaviour: String, manifest: [String: Any] = [:], memory: UInt64 = 64 << 20, witness: Witness = Witness(),
            adjust: (inout WorkerLimits) -> Void = { _ in }
        ) throws -> SyncEnd {
            var limits = House.limits
            limits.memory = memory
            limits.fileSize = 1 << 20
            adjust(&limits)
            let worker = try Worker(
                fixture.connector("bad", ["-w", "-DBEHAVIOUR=\(behaviour)"], manifest: manifest), settings: [],
                secrets: [("password", "correct-horse")], limits: limits, executable: House.executable)
            defer { worker.close() }
            return try worker.sync(mode: .full, state: [], observer: witness)
        }

        @Test(
            "each fault has its class",
            arguments: [
                ("CRASH", ProblemClass.crashed, "SIGSEGV"), ("ABORT", .crashed, "SIGABRT"),
                ("STACK", .crashed, "SIGSEGV"),
                ("LOOP", .hung, "no progress"), ("SLEEP", .hung, "no progress"), ("DEAF", .hung, "no progress"),
                ("HOG", .limit, "64 MiB"), ("SHARED_HOG", .limit, "64 MiB"),
                ("EXIT_ZERO", .failed, "without having finished"),
                ("EXIT_TWO", .crashed, "exit code 2"), ("GARBAGE", .failed, "not understood"),
                ("LONG_FRAME", .failed, "not understood"), ("HALF_FRAME", .failed, "without having finished"),
                ("FILL_DISK", .limit, "1 MiB"), ("SECRET_CRASH", .crashed, "SIGABRT"),
                ("CLOSE_SOCKET", .failed, "Test"), ("CRASH_IN_CLOSE", .crashed, "SIGSEGV"),
                ("CRASH_IN_OPEN", .crashed, "SIGSEGV"), ("SLEEP_IN_OPEN", .hung, "open"),
            ])
        func faults(behaviour: String, kind: ProblemClass, says: String) throws {
            let before = Leftovers.now()
            let failure = #expect(throws: ConnectorFailure.self) {
                try run(behaviour) { if behaviour == "SLEEP_IN_OPEN" { $0.open = 1000 } }
            }
            #expect(failure?.problem.class == kind)
            #expect(failure?.problem.text.contains(says) == true, "\(failure?.problem.text ?? "")")
            #expect(failure?.problem.text.contains("Test") == true)
            #expect(Leftovers.now() == before)
        }

        @Test(
            "a refused record fails the sync, though the connector says that all went well",
            arguments: [
                "EMPTY_ID", "HUGE_RECORD", "HUGE_STATE",
            ])
        func refusedRecords(behaviour: String) throws {
            #expect(try run(behaviour).status == .failed)
        }

        @Test("a crash leaves an incident behind, without the secret")
        func incident() throws {
            let failure = #expect(throws: ConnectorFailure.self) { try run("SECRET_CRASH") }
            let incident = try #require(failure?.incident)
            #expect(incident.signal == "SIGABRT")
            #expect(incident.errorOutput.contains("cannot log in with [secret]"))
            #expect(failure?.problem.detail?.contains("[secret]") == true)
            #expect(incident.version == "1.0")
            #expect(incident.sha256.utf8.count == 64)
        }

        @Test(
            "what a connector has no business with is denied it",
            arguments: [
                ("FORBIDDEN", ["shadow Permission denied", "create Permission denied", "home worked", "hosts worked"]),
                ("EXECUTE", ["exec Operation not permitted"]),
                ("FORK", ["fork Operation not permitted", "vfork Operation not permitted"]),
                ("KILL_HOST", ["kill Operation not permitted", "kill self worked"]),
                ("LISTEN", ["listen Operation not permitted"]),
            ])
        func denied(behaviour: String, lines: [String]) throws {
            let witness = Witness()
            #expect(try run(behaviour, witness: witness).status == .ok)
            for line in lines { #expect(witness.lines.contains(line), "\(witness.lines)") }
        }

        @Test("a manifest that says so opens the filter for exec and for listen")
        func needs() throws {
            let witness = Witness()
            #expect(throws: ConnectorFailure.self) {
                // The worker becomes /bin/true, which ends without a word.
                try run("EXECUTE", manifest: ["needs": ["exec"]], witness: witness)
            }
            #expect(try run("LISTEN", manifest: ["needs": ["listen"]], witness: witness).status == .ok)
            #expect(witness.lines.contains("listen worked"))
        }

        @Test("a child that hides in a session of its own goes with its job")
        func hiddenChild() throws {
            let before = Leftovers.now()
            #expect(try run("HIDE_CHILD", manifest: ["needs": ["exec"]]).status == .failed)
            #expect(Leftovers.now() == before)
        }

        @Test("descriptors run out for the connector, not for the host")
        func descriptors() throws {
            let witness = Witness()
            #expect(try run("LEAK_FDS", witness: witness).status == .failed)
            #expect(witness.lines.contains("open Too many open files"))
        }

        @Test("a flood of log lines is thinned out and then ended", arguments: ["FLOOD_LOG", "FLOOD_STDERR"])
        func flood(behaviour: String) throws {
            let witness = Witness()
            let end = try? run(behaviour, witness: witness)
            #expect(end == nil || behaviour == "FLOOD_STDERR")
            #expect(witness.lines.count <= 1000)
            #expect(witness.lines.contains { $0.contains("left out") } || witness.lines.count <= 101)
        }

        @Test("its private folder goes with it, whatever is in there")
        func folder() throws {
            let before = Leftovers.now()
            #expect(try run("TEMP_FILES").status == .ok)
            #expect(Leftovers.now() == before)
        }

        @Test("slow is not hung")
        func slow() throws {
            let witness = Witness()
            #expect(try run("SLOW_BUT_MOVING", witness: witness).status == .ok)
            #expect(witness.ids.count == 13)
        }

        @Test(
            "a cancel ends a connector that listens, and one that does not",
            arguments: [
                ("IGNORE_CANCEL_OK", ConnectorStatus.cancelled), ("DEAF", .cancelled),
            ])
        func cancel(behaviour: String, status: ConnectorStatus) throws {
            var limits = House.limits
            limits.stall = 60_000
            let worker = try Worker(
                fixture.connector("bad", ["-w", "-DBEHAVIOUR=\(behaviour)"]), settings: [], secrets: [], limits: limits,
                executable: House.executable)
            let canceller = Canceller(worker)
            Thread.detachNewThread {
                usleep(200_000)
                canceller.cancel()
            }
            #expect(try worker.sync(mode: .full, state: [], observer: Witness()).status == status)
        }

        @Test("what the observer throws ends the job and is passed on")
        func observer() throws {
            struct Full: Error {}
            let witness = Witness()
            witness.onRecords = { _ in throw Full() }
            let failure = #expect(throws: ConnectorFailure.self) { try run("SLOW_BUT_MOVING", witness: witness) }
            #expect(failure?.cause is Full)
        }
    }
}

/// Only `cancel` is called from the other thread, which it is made for.
final class Canceller: @unchecked Sendable {
    private let worker: Worker
    init(_ worker: Worker) { self.worker = worker }
    func cancel() { worker.cancel() }
}
