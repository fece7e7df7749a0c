import RollcallCore
import RollcallStore
import TestSupport
import Testing

@Suite("The mirror")
struct MirrorTests {
    let fixture = Fixture()

    @Test("random objects come back byte for byte, in the order of their ids", arguments: [1, 2, 3] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var objects: [[UInt8]: [UInt8]] = [:]
        for _ in 0..<500 {
            objects[random.bytes(1 + random.below(40))] = random.bytes(
                random.below(20) == 0 ? 20_000 : random.below(400))
        }
        let store = try fixture.store()
        let source = try addSource(store)
        try store.write { db in
            let writer = try MirrorWriter(db, source.key)
            for (id, data) in objects {
                try withViews(id, data) {
                    try writer.putObject(id: $0, kind: .user, digest: digest(data), firstSeen: 7, data: $1)
                }
            }
        }
        var read: [(id: [UInt8], data: [UInt8])] = []
        try store.read { db in
            try Mirror.eachObject(db, source.key) { object in
                #expect(object.kind == .user && object.firstSeen == 7)
                #expect(object.digest == digest([UInt8](object.data)))
                read.append(([UInt8](object.id), [UInt8](object.data)))
            }
            #expect(try Mirror.counts(db, source.key) == (Int64(objects.count), 0))
        }
        let expected = objects.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        #expect(read.map(\.id) == expected.map(\.key))
        #expect(read.map(\.data) == expected.map(\.value))
    }

    @Test("a replaced object keeps the run that saw it first")
    func firstSeen() throws {
        let store = try fixture.store()
        let source = try addSource(store)
        for (run, data) in [(1, [1, 2]), (2, [3])] as [(Int64, [UInt8])] {
            try store.write { db in
                try withViews([9], data) {
                    try MirrorWriter(db, source.key)
                        .putObject(
                            id: $0, kind: run == 1 ? .user : .group, digest: digest(data), firstSeen: run, data: $1)
                }
            }
        }
        try store.read { db in
            let found = try ([9] as [UInt8]).withUnsafeBytes { id in
                try Mirror.object(db, source.key, id: id) {
                    #expect($0.firstSeen == 1 && $0.kind == .group && [UInt8]($0.data) == [3])
                }
            }
            #expect(found)
        }
    }

    @Test("memberships are found from both sides, and a group's can be removed at once")
    func edges() throws {
        let store = try fixture.store()
        let source = try addSource(store)
        let pairs: [(UInt8, UInt8)] = [(1, 10), (1, 11), (2, 10), (3, 12)]
        try store.write { db in
            let writer = try MirrorWriter(db, source.key)
            for (group, member) in pairs {
                try withViews([group], [member]) { try writer.putEdge(group: $0, member: $1, mail: $1) }
            }
        }
        func members(_ group: UInt8) throws -> [UInt8] {
            var all: [UInt8] = []
            try store.read { db in
                try [group].withUnsafeBytes {
                    try MirrorReader(db, source.key).membersOf($0) { all.append($0.member[0]) }
                }
            }
            return all
        }
        func groups(_ member: UInt8) throws -> [UInt8] {
            var all: [UInt8] = []
            try store.read { db in
                try [member].withUnsafeBytes {
                    try MirrorReader(db, source.key).groupsOf($0) { all.append($0.group[0]) }
                }
            }
            return all
        }
        #expect(try members(1) == [10, 11])
        #expect(try groups(10) == [1, 2])
        try store.write { db in
            try ([1] as [UInt8]).withUnsafeBytes { try MirrorWriter(db, source.key).deleteEdges(ofGroup: $0) }
        }
        #expect(try members(1) == [])
        #expect(try groups(10) == [2])
        var edges = 0
        try store.read { db in try Mirror.eachEdge(db, source.key) { edges += $0.mail.count } }
        #expect(edges == 2)
    }

    @Test("what an unfinished full read has seen is kept in order, and forgotten with it")
    func seen() throws {
        let store = try fixture.store()
        let source = try addSource(store)
        let generation = try store.write { db in try Sources.beginGeneration(db, source.key) }
        #expect(generation == 1)
        for chunk in 0..<12 { try store.write { db in try Mirror.appendSeen(db, source.key, data: [UInt8(chunk)]) } }
        var chunks: [UInt8] = []
        try store.read { db in try Mirror.eachSeen(db, source.key) { chunks.append($0[0]) } }
        #expect(chunks == Array(0..<12))
        try store.write { db in try Sources.endGeneration(db, source.key) }
        try store.read { db in try Mirror.eachSeen(db, source.key) { _ in Issue.record("still there") } }
        #expect(throws: StoreError.self) { try store.write { db in try Mirror.appendSeen(db, source.key, data: []) } }
    }
}
