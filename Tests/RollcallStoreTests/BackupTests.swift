import Foundation
import RollcallCore
import TestSupport
import Testing

@testable import RollcallStore

@Suite("Backup, restore, check")
struct BackupTests {
    let fixture = Fixture()

    @Test("a backup brings back what was there, and the replaced store is kept")
    func roundTrip() throws {
        let path = try fixture.storePath()
        let location = StoreLocation.sqlite(path: path)
        try {
            let store = try Store.open(location)
            try store.write { db in _ = try Customers.add(db, name: "before", at: noon) }
            try store.backup(to: path + ".backup")
            try store.write { db in _ = try Customers.add(db, name: "after", at: noon) }
        }()
        try Store.restore(location, from: path + ".backup")
        #expect(try Store.open(location).read { db in try Customers.list(db).map(\.name) } == ["before"])
        #expect(mode(path) == 0o600)
        let old = try Store.open(.sqlite(path: path + ".replaced")).read { db in try Customers.list(db).map(\.name) }
        #expect(old == ["after", "before"])
    }

    @Test("a damaged store can be restored")
    func overDamage() throws {
        let path = try fixture.storePath()
        let location = StoreLocation.sqlite(path: path)
        try Store.open(location).backup(to: path + ".backup")
        try fixture.file(path, "rubbish")
        #expect(throws: StoreError.self) { try Store.open(location) }
        try Store.restore(location, from: path + ".backup")
        #expect(try Store.open(location).check().flaws == [])
    }

    @Test("what is no sound backup replaces nothing", arguments: ["missing", "text", "foreign", "flipped", "newer"])
    func refused(case name: String) throws {
        let path = try fixture.storePath()
        let location = StoreLocation.sqlite(path: path)
        let backup = path + ".backup"
        try {
            let store = try Store.open(location)
            try store.write { db in
                for number in 0..<500 { _ = try Customers.add(db, name: "customer \(number)", at: noon) }
            }
            if name != "missing" { try store.backup(to: backup) }
        }()
        switch name {
        case "text": try fixture.file(backup, "not a store")
        case "foreign": try SQLiteDatabase.open(path: backup, busySeconds: 1).run("PRAGMA application_id = 5")
        case "newer": try SQLiteDatabase.open(path: backup, busySeconds: 1).run("PRAGMA user_version = 99")
        case "flipped":
            var bytes = try Files.read(backup, limit: 1 << 24)
            for index in stride(from: 16384 * 2, to: bytes.count, by: 512) { bytes[index] ^= 0xFF }
            try fixture.file(backup, bytes: bytes)
        default: break
        }
        #expect(throws: StoreError.self) { try Store.restore(location, from: backup) }
        #expect(try Store.open(location).read { db in try Customers.list(db).count } == 500)
        let left = try FileManager.default.contentsOfDirectory(atPath: Files.folder(of: path)).filter {
            $0.contains("restoring")
        }
        #expect(left == [])
    }

    @Test("a backup of a busy store is one of its moments")
    func whileWriting() async throws {
        let path = try fixture.storePath()
        let store = try Store.open(.sqlite(path: path))
        let writer = Task.detached {
            for number in 0..<300 {
                try store.write { db in
                    // Always two at once: a backup with an odd number would be between two moments.
                    _ = try Customers.add(db, name: "a\(number)", at: noon)
                    _ = try Customers.add(db, name: "b\(number)", at: noon)
                }
            }
        }
        for _ in 0..<20 {
            try store.backup(to: path + ".backup")
            let copy = try Store.open(.sqlite(path: path + ".backup"))
            #expect(try copy.read { db in try Customers.list(db).count % 2 } == 0)
            #expect(try copy.check().flaws == [])
        }
        try await writer.value
    }

    @Test("a backup does not overwrite what is no backup")
    func overwriting() throws {
        let store = try fixture.store()
        let other = try fixture.file(try fixture.temporaryDirectory() + "/notes", "important")
        for path in [other, store.location.path] {
            let error = #expect(throws: StoreError.self) { try store.backup(to: path) }
            #expect(error?.kind == .usage)
        }
        #expect(try String(contentsOfFile: other, encoding: .utf8) == "important")
    }

    @Test("a check finds rows that belong to nothing")
    func orphans() throws {
        let store = try fixture.store()
        _ = try addSource(store)
        #expect(try store.check().flaws == [])
        try store.write { db in
            try ([1] as [UInt8]).withUnsafeBytes { one in
                try MirrorWriter(db, SourceKey(domain: 1, source: 77))
                    .putObject(id: one, kind: .user, digest: Digest128(of: one), firstSeen: 1, data: one)
            }
        }
        #expect(try store.check().flaws == ["1 objects of no source"])
    }

    @Test("flipped bytes are never taken for a sound store", arguments: 0..<40 as Range<UInt64>)
    func flips(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let path = try fixture.storePath()
        try {
            let store = try Store.open(.sqlite(path: path))
            try store.write { db in
                for number in 0..<400 { _ = try Customers.add(db, name: "customer \(number)", at: noon) }
            }
        }()
        var bytes = try Files.read(path, limit: 1 << 24)
        // Not in the unused middle of a page, where nothing is to be damaged: in the head of one.
        let page = random.below(bytes.count / 16384)
        bytes[page * 16384 + (page == 0 ? 100 : 0) + random.below(8)] ^= UInt8(1 + random.below(255))
        try fixture.file(path, bytes: bytes)
        let sound: Bool
        do {
            sound = try Store.open(.sqlite(path: path)).check().flaws.isEmpty
        } catch let error as StoreError {
            #expect(error.kind != .missing)
            sound = false
        }
        let found = Files.size(path)
        #expect(found == Int64(bytes.count), "the store was changed by looking at it")
        if sound {
            let engine = try SQLiteDatabase.open(path: path, busySeconds: 1).integrity()
            #expect(engine.isEmpty)
        }
    }
}
