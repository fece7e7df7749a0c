import Foundation
import Logging
import RollcallCore
import RollcallGateway
import RollcallStore
import TestSupport
import Testing

/// Books that follow a store, and stay when it goes.
@Suite("Following the store")
struct WatchTests {
    let fixture = Fixture()
    let path: String
    let folder: SnapshotFolder
    let books = CurrentBooks()

    init() throws {
        path = try fixture.temporaryDirectory() + "/db"
        folder = .beside(store: path)
    }

    private func watch() -> StoreWatch {
        StoreWatch(
            .sqlite(path: path), folder: folder, books: books,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func store(_ addresses: String...) throws -> Store {
        let store = try Store.open(.sqlite(path: path))
        try store.write { db in
            var domain = try Domains.add(db, name: "example.com", serverType: "generic", at: Timestamp(seconds: 1))
            domain.enforce = true
            try Domains.update(db, domain)
        }
        for address in addresses { try add(address, to: store) }
        return store
    }

    private func add(_ address: String, to store: Store, domain: Int64 = 1) throws {
        try store.write { db in
            let entry = Entry(primary: address, kind: .user)
            let writer = try BookWriter(db, domain: domain)
            try entry.withRow(key: Address.key(of: address)) { row in
                try writer.upsert(
                    key: row.key, owner: 0, objectID: row.objectID, kind: 1, state: 0, until: nil, content: row.content,
                    grace: row.grace, since: row.since)
            }
            try Editions.advance(db, domain: domain)
        }
    }

    private func answer(_ address: String) -> String {
        var answerer = Answerer()
        return answerer.ask(.recipients, address, books.now).verdict.word.text
    }

    /// Within the second that is promised.
    private func soon(_ body: () -> Bool) -> Bool {
        let end = Date().addingTimeInterval(5)
        while Date() < end {
            if body() { return true }
            usleep(10_000)
        }
        return false
    }

    @Test("editions of other handles are followed; a domain that is removed goes, with its file")
    func follows() throws {
        let store = try store("jo@example.com")
        let watch = watch()
        watch.start()
        defer { watch.stop() }
        #expect(soon { answer("jo@example.com") == "OK" })
        #expect(answer("ann@example.com") == "NOTFOUND")
        try add("ann@example.com", to: store)
        #expect(soon { answer("ann@example.com") == "OK" })
        let other = try store.write { db in
            try Domains.add(db, name: "other.test", serverType: "generic", at: Timestamp(seconds: 1)).id
        }
        #expect(soon { answer("x@other.test") == "OK" })
        #expect(soon { folder.load { _ in }.count == 2 })
        try store.write { try Domains.remove($0, id: other, at: Timestamp(seconds: 1)) }
        #expect(soon { answer("x@other.test") == "NOTFOUND" })
        #expect(soon { folder.load { _ in }.map(\.name) == ["example.com"] })
    }

    @Test("a store that goes leaves the last good books, and one that comes back is read anew")
    func away() throws {
        let first = try store("jo@example.com")
        first.close()
        let watch = watch()
        watch.start()
        defer { watch.stop() }
        #expect(soon { answer("nobody@example.com") == "NOTFOUND" })
        for side in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + side) {
            try FileManager.default.moveItem(atPath: path + side, toPath: path + ".away" + side)
        }
        #expect(soon { answer("nobody@example.com") == "TEMP" })
        #expect(answer("jo@example.com") == "OK")
        // A restored one, with another book under an edition that was there before.
        let second = try store("ann@example.com")
        #expect(soon { answer("ann@example.com") == "OK" })
        #expect(soon { answer("jo@example.com") == "NOTFOUND" })
        withExtendedLifetime(second) {}
    }

    @Test("while somebody keeps the store locked, nobody is unknown in a domain of ours; a short write changes nothing")
    func locked() throws {
        let store = try store("jo@example.com")
        let watch = watch()
        watch.start()
        defer { watch.stop() }
        #expect(soon { answer("nobody@example.com") == "NOTFOUND" })
        try store.write { _ in
            #expect(soon { answer("nobody@example.com") == "TEMP" })
            #expect(answer("jo@example.com") == "OK")
            // Mail to the rest of the world is not held up by it.
            #expect(answer("jo@elsewhere.test") == "NOTFOUND")
        }
        #expect(soon { answer("nobody@example.com") == "NOTFOUND" })
        try store.write { _ in usleep(100_000) }
        #expect(answer("nobody@example.com") == "NOTFOUND")
    }

    @Test("a start without a store answers from what was saved; without both, nobody is unknown")
    func saved() throws {
        let watch = watch()
        watch.loadSaved()
        watch.lookOnce()
        #expect(answer("jo@example.com") == "TEMP")
        try folder.save(Sample.snapshot())
        watch.loadSaved()
        #expect(answer("jo@example.com") == "OK")
        #expect(answer("nobody@example.com") == "TEMP")
        watch.lookOnce()
        #expect(answer("jo@example.com") == "OK")
        #expect(answer("nobody@example.com") == "TEMP")
        #expect(books.now.doubt?.contains("no store") == true)
    }

    @Test("hits and refusals reach the store in a batch, and a store that is away costs only counts")
    func hits() throws {
        let store = try store("jo@example.com")
        let off = try TestService([Sample.snapshot(), Sample.snapshot(SnapshotFacts(name: "gone.test"))])
        let wire = off.wire()
        for _ in 0..<212 { _ = wire.ask("recipients jo@example.com") }
        _ = wire.ask("recipients jo@gone.test")
        off.server.stop()
        let writer = HitWriter(.sqlite(path: path), counts: off.counts, logger: Logger(label: "test"))
        writer.write()
        let day = Lookups.day(Timestamp(seconds: Int64(time(nil))))
        #expect(
            try store.read { try Lookups.hits($0, domain: 1, local: Array("jo".utf8), on: day) }
                == .init(week: 212, month: 212))
        let nowhere = HitWriter(
            .sqlite(path: path + ".not"), counts: off.counts,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        nowhere.write()
        #expect(!FileManager.default.fileExists(atPath: path + ".not"))
    }
}
