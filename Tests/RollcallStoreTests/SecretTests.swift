import Foundation
import RollcallCore
import TestSupport
import Testing

@testable import RollcallStore

@Suite("Secrets")
struct SecretTests {
    let fixture = Fixture()
    let owner = SecretOwner(kind: "test", id: 1)

    private func sealed(_ store: Store, _ field: String) throws -> [UInt8] {
        try store.read { db in
            try db.first("SELECT sealed FROM secrets WHERE field = ?", [.text(field)]) { $0.blob(0) } ?? []
        }
    }

    private func ring(_ store: Store, _ path: String) throws -> KeyRing {
        try KeyRing.open(.file(path: path), for: store, at: noon)
    }

    @Test("what is set is opened, and only its field and time are shown")
    func roundTrip() throws {
        let path = try fixture.storePath()
        let store = try Store.open(.sqlite(path: path))
        let ring = try ring(store, path + ".keys")
        #expect(mode(path + ".keys") == 0o600)
        let texts = ["", "hunter2", "pä\u{0}ß", String(repeating: "x", count: 5000)]
        try store.write { db in
            for (index, text) in texts.enumerated() {
                try Secrets.set(db, ring, owner: owner, field: "f\(index)", Secret(text), at: noon)
            }
        }
        for (index, text) in texts.enumerated() {
            let opened = try store.read { db in try Secrets.open(db, ring, owner: owner, field: "f\(index)") }
            #expect(opened?.revealed == text)
        }
        #expect(try store.read { db in try Secrets.open(db, ring, owner: owner, field: "none") == nil })
        let listed = try store.read { db in try Secrets.list(db, owner: owner) }
        #expect(listed.map(\.field) == ["f0", "f1", "f2", "f3"] && listed.allSatisfy { $0.changed == noon })
        let all = try store.read { db in try Secrets.openAll(db, ring, owner: owner) }
        #expect(all.map(\.secret.revealed) == texts)
        #expect(try store.check(ring: ring).flaws == [])
    }

    @Test("no byte of a secret is in the store's files")
    func canary() throws {
        let path = try fixture.storePath()
        let store = try Store.open(.sqlite(path: path))
        let ring = try ring(store, path + ".keys")
        try store.write { db in
            try Secrets.set(db, ring, owner: owner, field: "password", Secret("canary-7261"), at: noon)
        }
        try store.backup(to: path + ".backup")
        for file in ["", "-wal", ".backup"] {
            let data = try Data(contentsOf: URL(fileURLWithPath: path + file))
            #expect(data.range(of: Data("canary-7261".utf8)) == nil)
        }
    }

    @Test("every way to print a secret hides it")
    func printing() {
        let secret = Secret("canary")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), String(describing: secret), dumped, "\([secret])"] {
            #expect(!text.contains("canary") && text.contains("[secret]"))
        }
    }

    @Test("no changed bit of a sealed secret opens")
    func flips() throws {
        let path = try fixture.storePath()
        let store = try Store.open(.sqlite(path: path))
        let ring = try ring(store, path + ".keys")
        try store.write { db in try Secrets.set(db, ring, owner: owner, field: "p", Secret("hunter2"), at: noon) }
        let good = try sealed(store, "p")
        let key = try store.read { db in try DataKey.load(db, ring) }
        for bit in 0..<good.count * 8 {
            var bad = good
            bad[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: StoreError.self) { try key.open(bad, owner: owner, field: "p") }
        }
        #expect(try key.open(good, owner: owner, field: "p").revealed == "hunter2")
    }

    @Test("a secret moved to another field, owner or store does not open")
    func swaps() throws {
        let path = try fixture.storePath()
        let store = try Store.open(.sqlite(path: path))
        let ring = try ring(store, path + ".keys")
        try store.write { db in
            try Secrets.set(db, ring, owner: owner, field: "a", Secret("one"), at: noon)
            try Secrets.set(db, ring, owner: owner, field: "b", Secret("two"), at: noon)
            try Secrets.set(db, ring, owner: SecretOwner(kind: "test", id: 2), field: "a", Secret("three"), at: noon)
            try db.execute(
                "UPDATE secrets SET sealed = ? WHERE owner_id = 1 AND field = 'b'", [.blob(try Self.sealed(db, 1, "a"))]
            )
            try db.execute(
                "UPDATE secrets SET sealed = ? WHERE owner_id = 2 AND field = 'a'", [.blob(try Self.sealed(db, 1, "a"))]
            )
        }
        try store.read { db in
            for (owner, field) in [(owner, "b"), (SecretOwner(kind: "test", id: 2), "a")] {
                let error = #expect(throws: StoreError.self) { try Secrets.open(db, ring, owner: owner, field: field) }
                #expect(error?.kind == .sealed)
            }
        }
        #expect(try store.check(ring: ring).flaws.count == 2)
        // The same data key in another store: its id differs.
        let other = try fixture.store()
        try other.write { db in
            let wrapped = try store.read { try Meta.get($0, "data.key") }
            try Meta.set(db, "data.key", wrapped ?? [])
        }
        #expect(throws: StoreError.self) { try other.read { db in _ = try DataKey.load(db, ring) } }
    }

    private static func sealed(_ db: any Database, _ owner: Int64, _ field: String) throws -> [UInt8] {
        try db.first("SELECT sealed FROM secrets WHERE owner_id = ? AND field = ?", [.int(owner), .text(field)]) {
            $0.blob(0)
        } ?? []
    }

    @Test("with secrets in the store, a missing or wrong ring seals them and is never made anew")
    func sealedMode() throws {
        let path = try fixture.storePath()
        let store = try Store.open(.sqlite(path: path))
        let first = try ring(store, path + ".keys")
        try store.write { db in try Secrets.set(db, first, owner: owner, field: "p", Secret("x"), at: noon) }
        try FileManager.default.moveItem(atPath: path + ".keys", toPath: path + ".gone")
        let missing = #expect(throws: StoreError.self) { try ring(store, path + ".keys") }
        #expect(missing?.kind == .sealed && missing?.exitCode == 4)
        #expect(!Files.exists(path + ".keys"))
        let wrong = try ring(try fixture.store(), path + ".keys")
        let error = #expect(throws: StoreError.self) {
            try store.read { db in try Secrets.open(db, wrong, owner: owner, field: "p") }
        }
        #expect(error?.kind == .sealed)
        #expect(throws: StoreError.self) {
            try store.write { db in try Secrets.set(db, wrong, owner: owner, field: "q", Secret("y"), at: noon) }
        }
        #expect(throws: StoreError.self) { try store.rekey(wrong, at: noon) }
        let back = try ring(store, path + ".gone")
        #expect(try store.read { db in try Secrets.open(db, back, owner: owner, field: "p")?.revealed } == "x")
    }

    @Test(
        "a ring that others can read, or that is no ring, is refused",
        arguments: [
            ("1 \(String(repeating: "A", count: 43))= now\n", 0o644),
            ("1 \(String(repeating: "A", count: 43))= now\n", 0o640),
            ("", 0o600), ("1 AAAA now\n", 0o600), ("x \(String(repeating: "A", count: 43))= now\n", 0o600),
        ] as [(String, mode_t)])
    func badRings(text: String, mode: mode_t) throws {
        let store = try fixture.store()
        let path = try fixture.file(store.location.path + ".keys", text)
        chmod(path, mode)
        let error = #expect(throws: StoreError.self) { try ring(store, path) }
        #expect(error?.kind == .sealed && error?.hint.isEmpty == false)
    }

    @Test("after a change of the key, old rings' keys still open and the newest writes")
    func rekey() throws {
        let path = try fixture.storePath()
        let store = try Store.open(.sqlite(path: path))
        let ring = try ring(store, path + ".keys")
        let other = try self.ring(store, path + ".keys")
        try store.write { db in try Secrets.set(db, ring, owner: owner, field: "p", Secret("x"), at: noon) }
        try store.backup(to: path + ".backup")
        let wrapped = try store.read { try Meta.get($0, "data.key") }
        try store.rekey(ring, at: noon)
        #expect(try store.read { try Meta.get($0, "data.key") } != wrapped)
        #expect(mode(path + ".keys") == 0o600)
        // A process that had the ring open before finds the new key.
        #expect(try store.read { db in try Secrets.open(db, other, owner: owner, field: "p")?.revealed } == "x")
        // And a backup from before opens by the old one.
        let backup = try Store.open(.sqlite(path: path + ".backup"))
        #expect(try backup.read { db in try Secrets.open(db, ring, owner: owner, field: "p")?.revealed } == "x")
    }

    @Test("a credential is read from the service manager's folder and never made")
    func credential() throws {
        let store = try fixture.store()
        let folder = try fixture.temporaryDirectory()
        setenv("CREDENTIALS_DIRECTORY", folder, 1)
        fixture.defer { unsetenv("CREDENTIALS_DIRECTORY") }
        let location = try KeyLocation("cred:rollcall.keys")
        #expect(throws: StoreError.self) { try KeyRing.open(location, for: store, at: noon) }
        let path = try fixture.file(folder + "/rollcall.keys", "1 \(String(repeating: "A", count: 43))= now\n")
        chmod(path, 0o400)
        let ring = try KeyRing.open(location, for: store, at: noon)
        try store.write { db in try Secrets.set(db, ring, owner: owner, field: "p", Secret("x"), at: noon) }
        #expect(throws: StoreError.self) { try store.rekey(ring, at: noon) }
    }
}
