import RollcallCore
import TestSupport
import Testing

@testable import RollcallStore

@Suite("Migrations")
struct MigrationTests {
    let fixture = Fixture()
    let next =
        Migrations.steps + [
            .init(statements: [
                "CREATE TABLE later (id INTEGER NOT NULL PRIMARY KEY) STRICT", "INSERT INTO later VALUES (7)",
            ])
        ]

    @Test("a step is made once, and the store before it is kept")
    func steps() throws {
        let path = try fixture.storePath()
        try Store.open(.sqlite(path: path)).write { db in _ = try Customers.add(db, name: "Acme", at: noon) }
        for _ in 0..<2 {
            let database = try SQLiteDatabase.open(path: path, busySeconds: 1)
            try Migrations.migrate(database, to: next)
            let later = try database.transaction(writing: false) { db in try db.count("SELECT id FROM later") }
            #expect(later == 7)
            #expect(try database.transaction(writing: false) { db in try Customers.list(db).count } == 1)
        }
        let before = try SQLiteDatabase.open(path: path + ".before-\(next.count)", busySeconds: 1)
        #expect(try before.pragma("PRAGMA user_version") == "\(next.count - 1)")
        #expect(mode(path + ".before-\(next.count)") == 0o600)
        #expect(try before.transaction(writing: false) { db in try Customers.list(db).count } == 1)
    }

    @Test("the mirror of a store of an earlier release is all there, in its new form")
    func mirror() throws {
        let path = try fixture.storePath()
        try SQLiteFiles.prepare(path: path, create: true)
        let database = try SQLiteDatabase.open(path: path, busySeconds: 1)
        try Migrations.migrate(database, to: Array(Migrations.steps.prefix(8)))
        try database.transaction(writing: true) { db in
            for (source, id) in [(7, "b"), (7, "a"), (9, "a")] {
                try db.execute(
                    "INSERT INTO objects (domain_id, source_id, id, kind, digest, first_seen, data) "
                        + "VALUES (3, ?, CAST(? AS BLOB), 1, zeroblob(16), 4, x'AB')", [.int(Int64(source)), .text(id)])
                for member in ["y", "x"] {
                    try db.execute(
                        "INSERT INTO edges (domain_id, source_id, group_id, member_id, mail) "
                            + "VALUES (3, ?, CAST(? AS BLOB), CAST(? AS BLOB), x'')",
                        [.int(Int64(source)), .text(id), .text(member)])
                }
            }
        }
        try Migrations.migrate(database)
        for (source, ids) in [(7, ["a", "b"]), (9, ["a"])] as [(Int64, [String])] {
            let key = SourceKey(domain: 3, source: source)
            try database.transaction(writing: false) { db in
                var objects: [String] = []
                try Mirror.eachObject(db, key) {
                    objects.append(String(decoding: $0.id, as: UTF8.self))
                    #expect($0.firstSeen == 4 && [UInt8]($0.data) == [0xAB])
                }
                #expect(objects == ids)
                var edges: [String] = []
                try Mirror.eachEdge(db, key) {
                    edges.append(String(decoding: $0.group, as: UTF8.self) + String(decoding: $0.member, as: UTF8.self))
                }
                #expect(edges == ids.flatMap { ["\($0)x", "\($0)y"] })
            }
        }
        #expect(try database.integrity().isEmpty)
    }

    @Test("a step that fails leaves nothing behind")
    func failing() throws {
        let path = try fixture.storePath()
        _ = try Store.open(.sqlite(path: path))
        let broken =
            Migrations.steps + [.init(statements: next[next.count - 1].statements + ["INSERT INTO nowhere VALUES (1)"])]
        let database = try SQLiteDatabase.open(path: path, busySeconds: 1)
        #expect(throws: StoreError.self) { try Migrations.migrate(database, to: broken) }
        #expect(try Migrations.number(database) == Migrations.steps.count)
        #expect(try database.pragma("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'later'") == "0")
        try Migrations.migrate(database, to: next)
    }

    @Test("cut off before any statement, a step is made whole by the next opening")
    func cut() throws {
        let path = try fixture.storePath()
        try Store.open(.sqlite(path: path)).write { db in _ = try Customers.add(db, name: "Acme", at: noon) }
        let database = try SQLiteDatabase.open(path: path, busySeconds: 1)
        var images: [String] = []
        try Migrations.migrate(database, to: next) {
            // What a kill leaves: the files as they are. Copied by another process, for the sake of SQLite's locks.
            let image = "\(path).image-\(images.count)"
            for side in ["", "-wal"] where Files.exists(path + side) {
                let copied = try Probe.shell("/bin/cp", path + side, image + side)
                #expect(copied == 0)
            }
            images.append(image)
        }
        #expect(images.count == 4)
        for image in images {
            let database = try SQLiteDatabase.open(path: image, busySeconds: 1)
            #expect(try [next.count - 1, next.count].contains(Migrations.number(database)))
            try Migrations.migrate(database, to: next)
            let (later, customers) = try database.transaction(writing: false) { db in
                (try db.count("SELECT id FROM later"), try Customers.list(db).count)
            }
            #expect(later == 7 && customers == 1)
            #expect(try database.integrity() == [])
        }
    }

    @Test("many openings at once make one store")
    func atOnce() async throws {
        let path = try fixture.storePath()
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 { group.addTask { _ = try Store.open(.sqlite(path: path)) } }
            try await group.waitForAll()
        }
        let ids = try Store.open(.sqlite(path: path)).read { db in
            try db.all("SELECT value FROM meta WHERE name = 'store.id'") { $0.blob(0) }
        }
        #expect(ids.count == 1)
    }
}
