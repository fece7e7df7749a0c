import Foundation
import RollcallCore
import TestSupport
import Testing

@testable import RollcallStore

@Suite("Opening a store")
struct OpeningTests {
    let fixture = Fixture()

    @Test("the first opening makes it, and the next finds what was written")
    func makes() throws {
        let path = try fixture.storePath()
        #expect(!Store.exists(.sqlite(path: path)))
        try Store.open(.sqlite(path: path)).write { db in _ = try Customers.add(db, name: "Acme", at: noon) }
        #expect(Store.exists(.sqlite(path: path)))
        let names = try Store.open(.sqlite(path: path), create: false).read { db in try Customers.list(db).map(\.name) }
        #expect(names == ["Acme"])
    }

    @Test("a missing store is an error where none may be made")
    func missing() throws {
        let path = try fixture.storePath()
        let error = #expect(throws: StoreError.self) { try Store.open(.sqlite(path: path), create: false) }
        #expect(error?.kind == .missing && error?.exitCode == 78)
        #expect(!Files.exists(path))
    }

    @Test("a missing folder is made, but not a tree of them")
    func folders() throws {
        let folder = try fixture.temporaryDirectory()
        _ = try Store.open(.sqlite(path: folder + "/a/rollcall.db"))
        #expect(mode(folder + "/a") == 0o700)
        let error = #expect(throws: StoreError.self) { try Store.open(.sqlite(path: folder + "/b/c/rollcall.db")) }
        #expect(error?.kind == .missing)
    }

    @Test("nobody else can read its files, whatever the umask")
    func modes() throws {
        let path = try fixture.storePath()
        let before = umask(0o022)
        defer { umask(before) }
        let store = try Store.open(.sqlite(path: path))
        try store.write { db in _ = try Customers.add(db, name: "Acme", at: noon) }
        for side in ["", "-wal", "-shm", "-lock"] { #expect(mode(path + side) == 0o600, "\(side)") }
        try store.backup(to: path + ".backup")
        #expect(mode(path + ".backup") == 0o600)
    }

    @Test("a store that others can read is closed to them")
    func tightens() throws {
        let path = try fixture.storePath()
        _ = try Store.open(.sqlite(path: path))
        chmod(path, 0o644)
        _ = try Store.open(.sqlite(path: path))
        #expect(mode(path) == 0o600)
    }

    @Test("every connection is durable, keeps references and trusts no schema")
    func pragmas() throws {
        let path = try fixture.storePath()
        _ = try Store.open(.sqlite(path: path))
        let database = try SQLiteDatabase.open(path: path, busySeconds: 1)
        let expected = [
            "synchronous": "2", "journal_mode": "wal", "foreign_keys": "1", "trusted_schema": "0",
            "cell_size_check": "1",
            "temp_store": "2", "page_size": "16384", "cache_size": "-12288",
        ]
        for (name, value) in expected { #expect(try database.pragma("PRAGMA \(name)") == value, "\(name)") }
    }

    @Test("the store of a later release is refused and left as it is")
    func newer() throws {
        let path = try fixture.storePath()
        _ = try Store.open(.sqlite(path: path))
        try SQLiteDatabase.open(path: path, busySeconds: 1).run("PRAGMA user_version = 99")
        let error = #expect(throws: StoreError.self) { try Store.open(.sqlite(path: path)) }
        #expect(error?.kind == .newerSchema && error?.exitCode == 78)
    }

    @Test("a file that is no store is refused and left as it is")
    func garbage() throws {
        let path = try fixture.storePath()
        let bytes = [UInt8](repeating: 0x41, count: 20_000)
        try fixture.file(path, bytes: bytes)
        let error = #expect(throws: StoreError.self) { try Store.open(.sqlite(path: path)) }
        #expect(error?.kind == .corrupt)
        #expect(try Files.read(path, limit: 1 << 20) == bytes)
    }

    @Test("a store whose main file is gone, but not its log, is not made anew")
    func orphanedLog() throws {
        let path = try fixture.storePath()
        try fixture.file(path + "-wal", bytes: [1, 2, 3])
        let error = #expect(throws: StoreError.self) { try Store.open(.sqlite(path: path)) }
        #expect(error?.kind == .corrupt)
    }

    @Test(
        "locations",
        arguments: [
            ("sqlite:/a/b.db", "/a/b.db"), ("sqlite:///a/b.db", "/a/b.db"), ("/a/b.db", "/a/b.db"), ("b.db", "b.db"),
            ("sqlite:b:c.db", "b:c.db"),
        ])
    func locations(text: String, path: String) throws {
        #expect(try StoreLocation(text).path == path)
    }

    @Test(
        "locations that name no store here",
        arguments: ["", "sqlite:", "postgres://u@h/d", "postgresql://h/d", "mysql://h/d"])
    func badLocations(text: String) {
        let error = #expect(throws: StoreError.self) { try StoreLocation(text) }
        #expect(error?.kind == .usage && error?.hint.isEmpty == false)
    }
}

func mode(_ path: String) -> mode_t { (Files.status(path)?.st_mode ?? 0) & 0o777 }
