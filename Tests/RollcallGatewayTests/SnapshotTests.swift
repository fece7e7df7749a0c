import RollcallCore
import RollcallGateway
import RollcallStore
import TestSupport
import Testing

@Suite("Snapshots")
struct SnapshotTests {
    let fixture = Fixture()

    @Test("a snapshot comes back from its bytes, and holds what was put in")
    func roundTrip() throws {
        var facts = Sample.facts()
        facts.catchall = "rest@example.com"
        let made = try Sample.snapshot(facts, syncedAt: 900)
        let read = try made.withBytes { try Snapshot(copying: $0) }
        #expect(read.facts == facts)
        #expect(read.edition == 7 && read.madeAt == 1_000 && read.syncedAt == 900)
        #expect(read.enforces && read.isSynced)
        #expect(read.addressCount == 12)
        var locals: [String] = []
        read.eachRecord { locals.append(String(decoding: $0.local, as: UTF8.self)) }
        // Twice where the folded form differs.
        #expect(locals.count == 14)
        #expect(locals.contains("jÖrg") && locals.contains("jörg"))
    }

    @Test("the same book is the same bytes on every machine")
    func stable() throws {
        let digest = try Sample.snapshot().withBytes { Digest128(of: $0) }
        #expect(String(digest.low, radix: 16) == "8d84e897cb72b315")
    }

    @Test("an address in grace gives way to a living one")
    func graceGivesWay() throws {
        var builder = try SnapshotBuilder(
            Sample.facts(), edition: 1, madeAt: 0, enforces: true, isSynced: true)
        let address = Array("jo@example.com".utf8)
        _ = try address.withUnsafeBytes { try builder.add($0, kind: .user, graceUntil: 9) }
        _ = try address.withUnsafeBytes { try builder.add($0, kind: .shared) }
        let snapshot = try builder.finish()
        let found = Array("jo".utf8).withUnsafeBytes { snapshot.find($0) }
        #expect(found?.kind == .shared && found?.isGrace == false)
    }

    @Test("garbled bytes are refused, and none reads beyond them")
    func garbled() throws {
        let good = try Sample.snapshot().withBytes { Array($0) }
        var random = SeededGenerator(seed: 7)
        var refused = 0
        for round in 0..<4_000 {
            var bytes = good
            switch round % 4 {
            case 0: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
            case 1: bytes += [UInt8](repeating: 0, count: Int.random(in: 1...64, using: &random))
            default:
                for _ in 0..<Int.random(in: 1...8, using: &random) {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
            }
            do {
                _ = try bytes.withUnsafeBytes { try Snapshot(copying: $0) }
            } catch is SnapshotFlaw {
                refused += 1
            }
        }
        // All but those where chance wrote what was there.
        #expect(refused >= 3_950)
    }

    @Test("a liar who knows the checksum gets no further than a wrong answer")
    func lies() throws {
        let good = try Sample.snapshot().withBytes { Array($0) }
        var random = SeededGenerator(seed: 11)
        var taken = 0
        for _ in 0..<4_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                // Behind magic and version, else nothing is ever taken.
                bytes[Int.random(in: 12..<(bytes.count - 16), using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            let digest = bytes.dropLast(16).withUnsafeBytes { Digest128(of: $0) }
            digest.withStored { bytes.replaceSubrange((bytes.count - 16)..., with: $0) }
            guard let lie = try? bytes.withUnsafeBytes({ try Snapshot(copying: $0) }) else { continue }
            taken += 1
            var answerer = Answerer()
            for key in ["jo", "info", "team", "crew", "nobody", "jörg", "gone", "jo+x"] {
                for map in GatewayMap.allCases { _ = answerer.ask(map, "\(key)@\(lie.name)", Books([lie])) }
            }
            lie.eachRecord { _ in }
        }
        #expect(taken > 0)
    }

    @Test("a folder of snapshots is replaced one by one, read back, and has no others' eyes on it")
    func folder() throws {
        let path = try fixture.temporaryDirectory() + "/db-gateway"
        let folder = SnapshotFolder(path)
        #expect(!folder.hasSnapshots)
        try folder.save(Sample.snapshot(edition: 1))
        try folder.save(Sample.snapshot(edition: 2))
        let long = [String](repeating: String(repeating: "a", count: 60), count: 4).joined(separator: ".")
        try folder.save(Sample.snapshot(SnapshotFacts(name: long)))
        var complaints: [String] = []
        #expect(folder.load { complaints.append($0) }.map(\.edition).sorted() == [2, 7])
        #expect(complaints.isEmpty)
        try fixture.file(path + "/bad.test.snapshot", "ROLLSNAP and then nothing")
        #expect(folder.load { complaints.append($0) }.count == 2)
        #expect(complaints.count == 1)
        folder.keepOnly(["example.com"])
        #expect(folder.load { _ in }.map(\.name) == ["example.com"])
        #expect(try Modes.of(path) == 0o700)
        #expect(try Modes.of(path + "/example.com.snapshot") == 0o600)
    }

    @Test("from a store's book: accounts, aliases, lists, grace")
    func fromStore() throws {
        let store = try Store.open(.sqlite(path: fixture.temporaryDirectory() + "/db"))
        let now = Timestamp(seconds: 1_000)
        let snapshot = try store.write { db in
            var domain = try Domains.add(db, name: "example.com", serverType: "generic", at: now)
            domain.enforce = true
            domain.expandLists = true
            try Domains.update(db, domain)
            let writer = try BookWriter(db, domain: domain.id)
            for entry in [
                Entry(
                    primary: "Jo@example.com", kind: .user, aliases: ["info@example.com"],
                    grace: [.init(address: "old@example.com", until: 9_000)]),
                Entry(primary: "team@example.com", kind: .list, members: ["Jo@example.com", "x@else.test"]),
                Entry(primary: "gone@example.com", kind: .user, aliases: ["gone2@example.com"], until: 9_000),
            ] {
                try entry.withRow(key: Address.key(of: entry.primary)) { row in
                    try writer.upsert(
                        key: row.key, owner: 0, objectID: row.objectID, kind: entry.kind.rawValue,
                        state: entry.isGrace ? 1 : 0, until: entry.nextEnd, content: row.content, grace: row.grace,
                        since: row.since)
                }
            }
            return try Snapshot.make(db, domain, isSynced: true, syncedAt: 5, at: now)
        }
        var answerer = Answerer()
        let books = Books([snapshot])
        #expect(answerer.ask(.recipients, "jo@example.com", books).text == "OK user")
        #expect(answerer.ask(.aliases, "info@example.com", books).text == "OK jo@example.com")
        #expect(answerer.ask(.aliases, "team@example.com", books).text == "OK jo@example.com, x@else.test")
        for key in ["old", "gone", "gone2"] {
            #expect(answerer.ask(.recipients, "\(key)@example.com", books).verdict.reason == .grace)
        }
        #expect(answerer.ask(.recipients, "nobody@example.com", books).text == "NOTFOUND")
    }

    @Test("a million addresses cost less than sixty bytes each")
    func size() throws {
        var builder = try SnapshotBuilder(Sample.facts(), edition: 1, madeAt: 0, enforces: true, isSynced: true)
        let count = 100_000
        for number in 0..<count {
            _ = try Array("firstname.lastname\(number)@example.com".utf8).withUnsafeBytes {
                try builder.add($0, kind: .user)
            }
        }
        let snapshot = try builder.finish()
        #expect(snapshot.byteCount / count < 60)
        for number in stride(from: 0, to: count, by: 997) {
            let local = Array("firstname.lastname\(number)".utf8)
            #expect(local.withUnsafeBytes { snapshot.find($0) } != nil)
        }
    }
}
