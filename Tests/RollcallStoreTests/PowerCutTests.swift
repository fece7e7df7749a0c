import Foundation
import RollcallCore
import Testing
import TestSupport

@testable import RollcallStore

/// The plug is pulled at many points of a recorded process that makes a store and writes to it. `ROLLCALL_TEST_CUTS`
/// asks for more of them.
@Suite("Power cuts")
struct PowerCutTests {
    let fixture = Fixture()

    static let cuts = ProcessInfo.processInfo.environment["ROLLCALL_TEST_CUTS"].flatMap(Int.init) ?? 150
    static let hasCompiler = FileManager.default.isExecutableFile(atPath: "/usr/bin/cc")

    private func record() throws -> PowerCut {
        let folder = try fixture.temporaryDirectory()
        let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "PowerCut/recorder.c").path
        let library = folder + "/recorder.so"
        let compiled = try Probe.shell("/usr/bin/cc", "-O1", "-shared", "-fPIC", "-o", library, source, "-lpthread")
        try #require(compiled == 0)
        let watched = try fixture.temporaryDirectory()
        let probe = try Probe.run(
            watched + "/rollcall.db", 60,
            environment: [
                "LD_PRELOAD": library, "REC_DIR": watched, "REC_LOG": folder + "/log",
                "PROBE_MARK": "\(watched)/\(PowerCut.mark)",
            ])
        try #require(probe.done == 60)
        return PowerCut(log: try Files.read(folder + "/log", limit: 1 << 30))
    }

    /// `nil`: there is no store yet. Throws what looking at it throws.
    private func pairs(_ files: [String: [UInt8]]) throws -> Int? {
        let folder = try fixture.temporaryDirectory()
        for (name, bytes) in files { try fixture.file(folder + "/" + name, bytes: bytes) }
        let location = StoreLocation.sqlite(path: folder + "/rollcall.db")
        guard Store.exists(location) || Files.size(location.path + "-wal") > 0 else { return nil }
        let store = try Store.open(location)
        let flaws = try store.check().flaws
        guard flaws.isEmpty else { throw StoreError(.corrupt, flaws[0]) }
        let names = try store.read { db in try Customers.list(db).map(\.name) }
        let left = names.filter { $0.utf8.starts(with: "left".utf8) }.count
        guard names.count == 2 * left else { throw StoreError(.corrupt, "half a transaction") }
        return left
    }

    @Test("nothing that was said to be done is lost, nothing is there by half", .enabled(if: hasCompiler))
    func cuts() throws {
        let recording = try record()
        #expect(recording.events.count > 200)
        var random = SeededGenerator(seed: 1)
        for _ in 0..<Self.cuts {
            let cut = 1 + random.below(recording.events.count)
            let (files, promised) = recording.image(cut: cut, &random)
            do {
                let found = try pairs(files) ?? 0
                #expect(found >= promised, "cut at \(cut)")
            } catch {
                Issue.record("cut at \(cut): \(error)")
            }
        }
    }

    @Test("a disk that lies about its syncs is found out, so the test above can fail", .enabled(if: hasCompiler))
    func control() throws {
        let recording = try record()
        var random = SeededGenerator(seed: 1)
        var failures = 0
        for _ in 0..<60 {
            let cut = 1 + random.below(recording.events.count)
            let (files, promised) = recording.image(cut: cut, ignoringSyncs: true, &random)
            let found = (try? pairs(files)) ?? nil
            if (found ?? 0) < promised { failures += 1 }
        }
        #expect(failures > 30)
    }
}
