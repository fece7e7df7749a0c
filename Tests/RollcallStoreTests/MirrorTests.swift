import RollcallCore
import RollcallStore
import TestSupport
import Testing

@Suite("The mirror")
struct MirrorTests {
    let fixture = Fixture()

    @Test("random objects come back byte for byte, in the order in which they came", arguments: [1, 2, 3] as [UInt64])
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
            for (id, data) in objects.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }).reversed() {
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
        let expected = objects.sorted { $1.key.lexicographicallyPrecedes($0.key) }
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

    @Test("memberships, put, changed and deleted in any order, come back as a table of them would", arguments: 1...20)
    func memberships(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let store = try fixture.store()
        let source = try addSource(store)
        var expected: [UInt8: [[UInt8]: [UInt8]]] = [:]
        for _ in 0..<6 {
            try store.write { db in
                let writer = try MembershipWriter(db, source.key)
                // By turns as a first read has them, in order, and as a delta does.
                var steps = (0..<random.below(200)).map { _ in
                    (UInt8(random.below(4)), [UInt8(random.below(60))], random.below(3) == 0)
                }
                if random.below(2) == 0 { steps.sort { ($0.0, $0.1[0]) < ($1.0, $1.1[0]) } }
                for (group, member, isGone) in steps {
                    let mail = random.below(4) == 0 ? random.bytes(1 + random.below(200)) : []
                    try withViews([group], member) { group, view in
                        if random.below(8) == 0 {
                            var found: [UInt8]?
                            let isThere = try writer.find(view, in: group) { found = [UInt8]($0) }
                            #expect(isThere == (found != nil) && found == expected[group[0]]?[member])
                        }
                        if random.below(40) == 0 {
                            #expect(try Int(writer.deleteAll(in: group)) == expected[group[0]]?.count ?? 0)
                            expected[group[0]] = nil
                        } else if isGone {
                            try writer.delete(view, in: group)
                            expected[group[0]]?[member] = nil
                        } else {
                            try mail.withUnsafeBytes { try writer.put(view, mail: $0, in: group) }
                            expected[group[0], default: [:]][member] = mail
                        }
                    }
                }
                try writer.end()
            }
            let rows = expected.flatMap { group, members in members.map { [[group], $0.key, $0.value] } }
                .sorted { ($0[0][0], $0[1][0]) < ($1[0][0], $1[1][0]) }
            try store.read { db in
                var all: [[[UInt8]]] = []
                try Mirror.eachEdge(db, source.key) {
                    all.append([[UInt8]($0.group), [UInt8]($0.member), [UInt8]($0.mail)])
                }
                #expect(all == rows)
                var named: [[[UInt8]]] = []
                try Mirror.eachMailEdge(db, source.key) {
                    named.append([[UInt8]($0.group), [UInt8]($0.member), [UInt8]($0.mail)])
                }
                #expect(named == rows.filter { !$0[2].isEmpty })
                #expect(try Mirror.counts(db, source.key).edges == Int64(rows.count))
                let reader = try MirrorReader(db, source.key)
                for group in UInt8(0)..<4 {
                    var members: [[UInt8]] = []
                    try [group].withUnsafeBytes { try reader.membersOf($0) { members.append([UInt8]($0.member)) } }
                    #expect(members == rows.filter { $0[0] == [group] }.map { $0[1] })
                }
            }
        }
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
