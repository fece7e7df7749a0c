import RollcallConnectors
import RollcallCore
import TestSupport
import Testing

internal import Foundation

/// One after the other: they count what is left over, and each worker is given seconds, not minutes.
@Suite("workers", .serialized)
struct WorkerSuites {}

/// What the tests of this module share: where the built program is, how a connector in C becomes a library, and an
/// observer that writes down what it is told.
enum House {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The `rollcall` that was built together with these tests.
    static let executable: String = {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") }.map { URL(fileURLWithPath: $0) }
        let beside = bundle?.deletingLastPathComponent().appendingPathComponent("rollcall").path
        let candidates = [beside, root + "/.build/debug/rollcall"].compactMap { $0 }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? candidates[0]
    }()

    /// Where this process's workers have their folders, so that nobody else's are counted.
    static let temporary: String = {
        let path = "/tmp/rollcall-connectors-tests-\(getpid())"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        setenv("TMPDIR", path, 1)
        atexit { try? FileManager.default.removeItem(atPath: House.temporary) }
        return path
    }()

    static var limits: WorkerLimits {
        var limits = WorkerLimits()
        limits.open = 10_000
        limits.stall = 1500
        limits.call = 1500
        limits.grace = 500
        return limits
    }
}

extension Fixture {
    /// Compiles a connector of `Connectors/` into a folder of its own, with a manifest beside it; its information as the
    /// catalog gives it.
    func connector(_ source: String, _ flags: [String] = [], manifest: [String: Any] = [:]) throws -> ConnectorInfo {
        let folder = try library(source, flags, manifest: manifest)
        let catalog = Catalog(
            paths: [folder], policy: .own, pins: NoPins(), cache: nil, executable: House.executable)
        return try catalog.connector("test")
    }

    /// The folder with `test.so` and `test.json`.
    func library(_ source: String, _ flags: [String] = [], manifest: [String: Any] = [:]) throws -> String {
        _ = House.temporary
        let folder = try temporaryDirectory()
        try compile(source, flags, to: folder + "/test.so")
        var keys: [String: Any] = ["id": "test", "name": "Test", "version": "1.0", "library": "test.so"]
        keys.merge(manifest) { $1 }
        try JSONSerialization.data(withJSONObject: keys).write(to: URL(fileURLWithPath: folder + "/test.json"))
        return folder
    }

    func compile(_ source: String, _ flags: [String], to path: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/cc")
        let folder = House.root + "/Tests/RollcallConnectorsTests/Connectors"
        process.arguments =
            ["-std=gnu11", "-O1", "-fPIC", "-shared", "-fvisibility=hidden", "-pthread"] + flags
            + ["-I", House.root + "/Sources/CRollcall/include", "-o", path, "\(folder)/\(source).c"]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CompileFailed() }
    }

    struct CompileFailed: Error {}
}

/// Writes down what a worker says.
final class Witness: WorkerObserver {
    var ids: [String] = []
    var attributes: [[String]] = []
    var states: [[UInt8]] = []
    var lines: [String] = []
    var saved: [(String, String)] = []
    var waits: [UInt64] = []
    var progressed: [UInt64] = []
    var onRecords: ((Witness) throws -> Void)?

    func records(_ body: UnsafeRawBufferPointer) throws {
        var reader = RecordReader(body)
        while let record = try reader.next() {
            ids.append(String(decoding: record.id, as: UTF8.self))
            attributes.append(
                record.attributes.map {
                    String(decoding: $0.name, as: UTF8.self) + "=" + String(decoding: $0.value, as: UTF8.self)
                })
        }
        try onRecords?(self)
    }
    func checkpoint(_ state: [UInt8]) throws { states.append(state) }
    func progress(done: UInt64, total: UInt64) { progressed.append(done) }
    func waiting(milliseconds: UInt64) { waits.append(milliseconds) }
    func log(level: LogLevel, line: String) { lines.append(line) }
    func save(field: String, value: String) throws { saved.append((field, value)) }
}

/// What a worker could leave behind: processes, private folders, control groups.
struct Leftovers: Equatable {
    var processes: Int
    var folders: Int

    static func now() -> Leftovers {
        let manager = FileManager.default
        let mark = "TMPDIR=\(House.temporary)/rollcall-worker-"
        let processes = ((try? manager.contentsOfDirectory(atPath: "/proc")) ?? []).filter { name in
            guard Int(name) != nil, let data = manager.contents(atPath: "/proc/\(name)/environ") else { return false }
            return String(decoding: data, as: UTF8.self).contains(mark)
        }
        let folders = ((try? manager.contentsOfDirectory(atPath: House.temporary)) ?? []).filter {
            $0.hasPrefix("rollcall-worker-")
        }
        return Leftovers(processes: processes.count, folders: folders.count)
    }
}
