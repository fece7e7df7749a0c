import RollcallCore
import TestSupport
import Testing

@testable import RollcallStore

@Suite("The book")
struct BookTests {
    let fixture = Fixture()

    struct Copy: Equatable {
        var key: [UInt8]
        var owner: Int64
        var objectID: [UInt8]
        var kind: UInt8
        var state: UInt8
        var until: Int64?
        var content: [UInt8]
        var grace: [UInt8]
        var since: [UInt8]

        init(_ view: Book.View) {
            key = [UInt8](view.key)
            owner = view.owner
            objectID = [UInt8](view.objectID)
            kind = view.kind
            state = view.state
            until = view.until
            content = [UInt8](view.content)
            grace = [UInt8](view.grace)
            since = [UInt8](view.since)
        }

        init(key: [UInt8], _ random: inout SeededGenerator) {
            self.key = key
            owner = Int64(random.below(3))
            objectID = random.bytes(random.below(20))
            kind = UInt8(1 + random.below(6))
            state = UInt8(random.below(2))
            until = random.once(in: 3) ? Int64(random.below(1000)) : nil
            content = random.bytes(random.once(in: 50) ? 30_000 : random.below(200))
            grace = random.bytes(random.below(3))
            since = random.bytes(random.below(3))
        }

        func write(_ writer: BookWriter) throws {
            try withViews(key, content) { key, content in
                try withViews(grace, since) { grace, since in
                    try objectID.withUnsafeBytes {
                        try writer.upsert(
                            key: key, owner: owner, objectID: $0, kind: kind, state: state, until: until,
                            content: content, grace: grace, since: since)
                    }
                }
            }
        }
    }

    @Test(
        "random entries, changed and deleted at random, are what a dictionary of them is",
        arguments: [1, 2, 3, 4] as [UInt64])
    func model(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let store = try fixture.store()
        let domain = try addSource(store).domain
        var model: [[UInt8]: Copy] = [:]
        for _ in 0..<20 {
            var steps: [(delete: Bool, Copy)] = []
            for _ in 0..<40 {
                let key = Array("\(random.word(1 + random.below(2), of: "abcdefgh\u{1F600}"))@example.com".utf8)
                steps.append((random.once(in: 3), Copy(key: key, &random)))
            }
            try store.write { db in
                let writer = try BookWriter(db, domain: domain)
                for (delete, copy) in steps {
                    if delete {
                        try copy.key.withUnsafeBytes { try writer.delete(key: $0) }
                        model[copy.key] = nil
                    } else {
                        try copy.write(writer)
                        model[copy.key] = copy
                    }
                }
            }
        }
        let expected = model.values.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        var read: [Copy] = []
        try store.read { db in try Book.eachEntry(db, domain: domain) { read.append(Copy($0)) } }
        #expect(read == expected)
        var due: [Copy] = []
        try store.read { db in try Book.eachDue(db, domain: domain, by: 500) { due.append(Copy($0)) } }
        due.sort { $0.key.lexicographicallyPrecedes($1.key) }
        #expect(due == expected.filter { $0.until.map { $0 <= 500 } ?? false })
        #expect(try store.read { db in try Book.nextEnd(db, domain: domain) } == expected.compactMap(\.until).min())
        let counts = try store.read { db in try Book.counts(db, domain: domain) }
        for count in counts {
            let same = expected.filter { $0.owner == count.owner && $0.kind == count.kind && $0.state == count.state }
            #expect(count.entries == Int64(same.count))
        }
        #expect(counts.reduce(0) { $0 + $1.entries } == Int64(expected.count))
        try store.read { db in
            let reader = try BookReader(db, domain: domain)
            for copy in expected {
                let found = try copy.key.withUnsafeBytes { key in
                    try reader.entry(key: key) { if Copy($0) != copy { throw StoreError(.other, "not the same") } }
                }
                #expect(found)
            }
        }
    }

    @Test("an empty book has nothing in it")
    func empty() throws {
        let store = try fixture.store()
        let domain = try addSource(store).domain
        let (isEmpty, end) = try store.read { db in
            (try Book.isEmpty(db, domain: domain), try Book.nextEnd(db, domain: domain))
        }
        #expect(isEmpty && end == nil)
        let found = try store.read { db in
            try ([1] as [UInt8]).withUnsafeBytes { try Book.entry(db, domain: domain, key: $0) { _ in } }
        }
        #expect(!found)
        #expect(try store.write { db in try Editions.advance(db, domain: domain) } == 1)
        #expect(throws: StoreError.self) { try store.write { db in try Editions.advance(db, domain: 99) } }
    }

    @Test("an address that stands twice is found by the check")
    func doubles() throws {
        let store = try fixture.store()
        let domain = try addSource(store).domain
        func content(_ primary: String, _ aliases: [String]) -> [UInt8] {
            var bytes: [UInt8] = [1]
            bytes.append(text: primary)
            bytes.append(text: "")
            bytes.append(varint: UInt64(aliases.count))
            for alias in aliases { bytes.append(text: alias) }
            return bytes + [0]
        }
        try store.write { db in
            let writer = try BookWriter(db, domain: domain)
            for (key, content) in [
                ("a@example.com", content("A@example.com", ["x@example.com"])),
                ("b@example.com", content("b@example.com", ["X@Example.com"])),
            ] {
                try withViews(Array(key.utf8), content) {
                    try writer.upsert(
                        key: $0, owner: 0, objectID: .init(start: nil, count: 0), kind: 1, state: 0, until: nil,
                        content: $1,
                        grace: .init(start: nil, count: 0), since: .init(start: nil, count: 0))
                }
            }
        }
        #expect(try store.check().flaws == ["the address X@Example.com stands in a@example.com and in b@example.com"])
    }
}
