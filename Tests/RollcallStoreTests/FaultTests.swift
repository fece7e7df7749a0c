import Foundation
import RollcallCore
import TestSupport
import Testing

@testable import RollcallStore

@Suite("Faults from below", .serialized)
struct FaultTests {
    let fixture = Fixture()

    /// Pairs in the store, after a look at all of it.
    private func pairs(_ path: String) throws -> Int {
        let store = try Store.open(.sqlite(path: path))
        #expect(try store.check().flaws == [])
        let names = try store.read { db in try Customers.list(db).map(\.name) }
        let left = names.filter { $0.hasPrefix("left ") }.count
        #expect(names.count == 2 * left, "half a transaction")
        return left
    }

    @Test("kill -9 at any time loses nothing that was said to be done")
    func killed() throws {
        var random = SeededGenerator(seed: 11)
        let path = try fixture.storePath()
        var promised = 0
        for _ in 0..<25 {
            let probe = try Probe.run(path, 100_000, killedAfter: Double(2 + random.below(60)) / 1000)
            promised += probe.done
            guard Store.exists(.sqlite(path: path)) else { continue }
            let found = try pairs(path)
            // One more may be done than there was time to say.
            #expect(found == promised || found == promised + 1)
            promised = found
        }
        #expect(promised > 0)
    }

    static let hasStrace = FileManager.default.isExecutableFile(atPath: "/usr/bin/strace")

    @Test(
        "a failed sync or write is the end of the process, and nothing false was said", .enabled(if: hasStrace),
        arguments: ["fdatasync", "pwrite64"], [1, 2, 3, 4, 6, 9, 14, 20, 30])
    func failing(call: String, when: Int) throws {
        let path = try fixture.storePath()
        _ = try Store.open(.sqlite(path: path))
        let probe = try Probe.run(path, 40, inject: "\(call):error=EIO:when=\(when)")
        #expect(probe.signal == nil)
        if probe.lines.contains(where: { $0.hasPrefix("failed") }) {
            #expect(probe.lines.contains("failed io") && probe.code == 74)
            #expect(!probe.lines.contains("went on"))
        } else {
            // It came at the end, when the log is put away: everything is in it.
            #expect(probe.code == 0 && probe.done == 40)
        }
        let found = try pairs(path)
        #expect(found == probe.done || found == probe.done + 1)
    }

    @Test(
        "a full disk refuses writes, keeps reading, and needs no restart", .enabled(if: geteuid() == 0),
        arguments: 0..<8)
    func full(level: Int) throws {
        let folder = try fixture.temporaryDirectory()
        guard try Probe.shell("/bin/mount", "-t", "tmpfs", "-o", "size=\(2048 + 96 * level)k", "tmpfs", folder) == 0
        else {
            return
        }
        fixture.defer { _ = try Probe.shell("/bin/umount", folder) }
        let path = folder + "/rollcall.db"
        let store = try Store.open(.sqlite(path: path))
        var done = 0
        var failure: StoreError?
        let chunk = [UInt8](repeating: 7, count: 30_000 + 1000 * level)
        while failure == nil, done < 1000 {
            do {
                try store.write { db in
                    try chunk.withUnsafeBytes { try RunChanges.append(db, run: "a", chunk: done, data: $0) }
                }
                done += 1
            } catch let error as StoreError {
                failure = error
            }
        }
        #expect(failure?.kind == .full && failure?.exitCode == 1)
        func kept(_ store: Store) throws -> Int {
            var chunks = 0
            try store.read { db in
                try RunChanges.each(db, run: "a") { _, data in chunks += data.count == chunk.count ? 1 : 0 }
            }
            return chunks
        }
        #expect(try kept(store) == done)
        #expect(try Probe.shell("/bin/mount", "-o", "remount,size=16m", folder) == 0)
        try store.write { db in
            try chunk.withUnsafeBytes { try RunChanges.append(db, run: "a", chunk: done, data: $0) }
        }
        #expect(try kept(store) == done + 1)
        #expect(try Store.open(.sqlite(path: path)).check().flaws == ["\(done + 1) parts of plans of no run"])
    }
}
