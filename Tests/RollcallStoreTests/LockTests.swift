import Foundation
import RollcallCore
import TestSupport
import Testing

@testable import RollcallStore

@Suite("Locks and leases")
struct LockTests {
    let fixture = Fixture()

    @Test("a writer that does not end is waited for, and then named")
    func busy() throws {
        let path = try fixture.storePath()
        let store = try Store.open(.sqlite(path: path), busySeconds: 0.2)
        let other = try SQLiteDatabase.open(path: path, busySeconds: 0.2)
        try other.run("BEGIN IMMEDIATE")
        let error = #expect(throws: StoreError.self) { try store.write { _ in } }
        #expect(error?.kind == .locked)
        #expect(error?.message.contains("process \(getpid())") == true)
        // Reading goes on meanwhile.
        #expect(try store.read { db in try Customers.list(db) } == [])
        try other.run("ROLLBACK")
        try store.write { _ in }
    }

    @Test("threads that write at once all get their turn")
    func threads() async throws {
        let store = try fixture.store()
        try await withThrowingTaskGroup { group in
            for thread in 0..<8 {
                group.addTask {
                    for number in 0..<25 {
                        try store.write { db in _ = try Customers.add(db, name: "\(thread)-\(number)", at: noon) }
                    }
                }
            }
            try await group.waitForAll()
        }
        let ids = try store.read { db in try Customers.list(db).map(\.id) }
        #expect(Set(ids) == Set(1...200))
    }

    @Test("a write that throws leaves nothing, and the store stays good")
    func rollback() throws {
        struct Stop: Error {}
        let store = try fixture.store()
        #expect(throws: Stop.self) {
            try store.write { db in
                _ = try Customers.add(db, name: "Acme", at: noon)
                throw Stop()
            }
        }
        #expect(try store.read { db in try Customers.list(db) } == [])
        try store.write { db in _ = try Customers.add(db, name: "Acme", at: noon) }
    }

    @Test("a read refuses to write, and sees one moment")
    func reading() throws {
        let store = try fixture.store()
        #expect(throws: StoreError.self) { try store.read { db in try db.execute("DELETE FROM customers") } }
        try store.read { db in
            #expect(try Customers.list(db).isEmpty)
            try store.write { other in _ = try Customers.add(other, name: "Acme", at: noon) }
            #expect(try Customers.list(db).isEmpty)
        }
        #expect(try store.read { db in try Customers.list(db).count } == 1)
    }

    @Test("a write inside a write is an error and not a standstill")
    func nested() throws {
        let store = try fixture.store()
        #expect(throws: StoreError.self) { try store.write { _ in try store.write { _ in } } }
        try store.write { _ in }
    }

    @Test("a lease is one process's until it ends or lets go")
    func lease() throws {
        let store = try fixture.store()
        let source = try addSource(store).id
        let first = try store.write { db in try Leases.take(db, source: source, what: "sync", at: noon) }
        guard case .taken(let token) = first else { throw StoreError(.other, "not taken") }
        let second = try store.write { db in try Leases.take(db, source: source, what: "preview", at: noon) }
        guard case .busy(let lease) = second else { throw StoreError(.other, "taken twice") }
        #expect(lease.what == "sync" && lease.process == .current)
        // Alive on this machine: its age does not matter.
        let later = Timestamp(seconds: noon.seconds + 3600)
        #expect(try store.read { db in try Leases.holder(db, source: source, at: later) } != nil)
        try store.write { db in
            #expect(try Leases.renew(db, source: source, token: token, at: later))
            #expect(try !Leases.renew(db, source: source, token: "other", at: later))
            #expect(try Leases.holds(db, source: source, token: token))
            try Leases.release(db, source: source, token: "other")
            #expect(try Leases.holds(db, source: source, token: token))
            try Leases.release(db, source: source, token: token)
            #expect(try !Leases.holds(db, source: source, token: token))
        }
    }

    @Test("a dead process's lease is free at once, another machine's after a minute")
    func deadLease() throws {
        let store = try fixture.store()
        let source = try addSource(store).id
        func take(_ process: ProcessIdentity, _ after: Int64) throws -> Bool {
            let answer = try store.write { db in
                try Leases.take(
                    db, source: source, what: "sync", at: Timestamp(seconds: noon.seconds + after), process: process)
            }
            if case .taken = answer { return true }
            return false
        }
        let here = ProcessIdentity.current
        var dead = here
        dead.start -= 1
        var away = here
        away.host += "-other"
        #expect(try take(dead, 0))
        #expect(try take(away, 0))
        #expect(try !take(here, 59))
        #expect(try !take(here, 60))
        #expect(try take(here, 61))
        #expect(try !take(away, 1000))
    }

    @Test("restoring waits for nobody: an open store is not replaced")
    func restoreWhileOpen() throws {
        let path = try fixture.storePath()
        var store: Store? = try Store.open(.sqlite(path: path))
        try store?.backup(to: path + ".backup")
        let error = #expect(throws: StoreError.self) { try Store.restore(.sqlite(path: path), from: path + ".backup") }
        #expect(error?.kind == .locked)
        store = nil
        try Store.restore(.sqlite(path: path), from: path + ".backup")
    }

    @Test("a store is served once")
    func server() throws {
        let location = StoreLocation.sqlite(path: try fixture.storePath())
        var first: ServerLock? = try ServerLock(location)
        let error = #expect(throws: StoreError.self) { try ServerLock(location) }
        #expect(error?.kind == .locked && error?.message.contains("process \(getpid())") == true)
        withExtendedLifetime(first) {}
        first = nil
        _ = try ServerLock(location)
    }

    @Test("a closed store puts its log away, and can be used again")
    func close() throws {
        let store = try fixture.store()
        try store.write { db in _ = try Customers.add(db, name: "Acme", at: noon) }
        #expect(Files.exists(store.location.path + "-wal"))
        store.close()
        #expect(!Files.exists(store.location.path + "-wal"))
        #expect(try store.read { db in try Customers.list(db).count } == 1)
        #expect(store.space().used > 0 && store.space().free > 0)
    }

    @Test("a process that ends by exit puts the log away, too")
    func exits() throws {
        let path = try fixture.storePath()
        #expect(try Probe.run(path, 3).done == 3)
        #expect(Files.exists(path) && !Files.exists(path + "-wal"))
    }
}
