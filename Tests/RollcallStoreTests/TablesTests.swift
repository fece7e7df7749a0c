import RollcallCore
import TestSupport
import Testing

@testable import RollcallStore

@Suite("Domains, sources and what hangs on them")
struct TablesTests {
    let fixture = Fixture()

    @Test("a name stands once, as a domain's or as an alias")
    func names() throws {
        let store = try fixture.store()
        try store.write { db in
            let domain = try Domains.add(db, name: "example.com", serverType: "ldap", at: noon)
            try Domains.addAlias(db, domain.id, name: "example.net")
        }
        for name in ["example.com", "example.net"] {
            let error = #expect(throws: StoreError.self) {
                try store.write { db in _ = try Domains.add(db, name: name, serverType: "ldap", at: noon) }
            }
            #expect(error?.kind == .taken && error?.message.contains("example.com") == true)
            let found = try store.read { db in try Domains.find(db, name: name) }
            #expect(found?.name == "example.com" && found?.aliases == ["example.net"])
        }
        #expect(throws: StoreError.self) { try store.write { db in try Domains.addAlias(db, 1, name: "example.com") } }
        #expect(try store.write { db in try Domains.removeAlias(db, 1, name: "example.net") })
        #expect(try !store.write { db in try Domains.removeAlias(db, 1, name: "example.com") })
    }

    @Test("what is set on a domain comes back, inbound servers by preference")
    func settings() throws {
        let store = try fixture.store()
        let servers = [
            InboundServer(host: "b", port: 26, preference: 20), InboundServer(host: "a"), InboundServer(host: "c"),
        ]
        let made = try store.write { db in
            let customer = try Customers.add(db, name: "Acme", at: noon)
            var domain = try Domains.add(
                db, name: "example.com", serverType: "o365", customer: customer.id, inbound: servers, at: noon)
            domain.enforce = true
            domain.subaddress = "+-"
            domain.catchall = "all@example.com"
            try Domains.update(db, domain)
            return domain
        }
        let found = try store.read { db in try Domains.find(db, id: made.id) }
        #expect(found == made)
        #expect(found?.inbound.map(\.host) == ["a", "c", "b"])
        #expect(throws: StoreError.self) { try store.write { db in try Customers.remove(db, id: 1) } }
        try store.write { db in
            try Domains.remove(db, id: made.id, at: noon)
            try Customers.remove(db, id: 1)
        }
    }

    @Test("a source keeps its settings, state and marks")
    func source() throws {
        let store = try fixture.store()
        let key = try addSource(store).key
        try store.write { db in
            try Sources.set(db, key.source, host: false, "location", "/a")
            try Sources.set(db, key.source, host: false, "location", "/b")
            try Sources.set(db, key.source, host: true, "exclude", "x@*\ny@*")
            try Sources.set(db, key.source, host: true, "gone", "1")
            try Sources.set(db, key.source, host: true, "gone", nil)
            try Sources.setState(db, key.source, state: [0, 1, 255], connector: "generic 1.0.0", settings: "abc")
            try Sources.setMirror(db, key.source, version: 3, objects: 10, memberships: 20)
            try Sources.setPlanned(db, key.source, mirror: 3, edition: 1, rules: "r")
            try Sources.setFirstSynced(db, key.source, run: "one")
            try Sources.setFirstSynced(db, key.source, run: "two")
            try Sources.setEnabled(db, key.source, false)
        }
        let found = try store.read { db in try Sources.find(db, domain: key.domain, type: "generic") }
        #expect(found?.settings == ["location": "/b"] && found?.hostSettings == ["exclude": "x@*\ny@*"])
        #expect(
            found?.state == [0, 1, 255] && found?.stateConnector == "generic 1.0.0" && found?.stateSettings == "abc")
        #expect(found?.mirrorVersion == 3 && found?.mirrorObjects == 10 && found?.mirrorMemberships == 20)
        #expect(found?.plannedMirror == 3 && found?.plannedEdition == 1 && found?.plannedRules == "r")
        #expect(found?.firstSyncedRun == "one" && found?.enabled == false)
        #expect(throws: StoreError.self) { try addSource(store) }
    }

    @Test("with a domain everything of it goes, and nothing of another; its number never comes again")
    func removal() throws {
        let path = try fixture.storePath()
        let store = try Store.open(.sqlite(path: path))
        let ring = try KeyRing.open(.file(path: path + ".keys"), for: store, at: noon)
        func fill(_ name: String) throws -> Source {
            let source = try addSource(store, domain: name)
            try store.write { db in
                try Domains.setInbound(db, source.domain, [InboundServer(host: "mx")])
                try Sources.set(db, source.id, host: true, "exclude", "x")
                try Secrets.set(db, ring, owner: .source(source.id), field: "password", Secret("x"), at: noon)
                try PostedLists.set(db, domain: source.domain, data: [1], at: noon)
                let run = try Runs.insert(db, summary(try Runs.nextID(db, noon), name), source: source.key)
                _ = try Leases.take(db, source: source.id, what: "sync", at: noon)
                _ = try Sources.beginGeneration(db, source.key)
                try Mirror.appendSeen(db, source.key, data: [1])
                try withViews(Array("a@\(name)".utf8), [2]) { key, one in
                    try RunChanges.append(db, run: run.summary.id, chunk: 0, data: one)
                    let mirror = try MirrorWriter(db, source.key)
                    try mirror.putObject(id: one, kind: .user, digest: digest([2]), firstSeen: run.sequence, data: one)
                    let memberships = try MembershipWriter(db, source.key)
                    try memberships.put(one, mail: one, in: one)
                    try memberships.end()
                    try BookWriter(db, domain: source.domain).upsert(
                        key: key, owner: source.id, objectID: one, kind: 1, state: 0, until: 5,
                        content: entry("a@\(name)"),
                        grace: .init(start: nil, count: 0), since: one)
                }
            }
            return source
        }
        let one = try fill("example.com")
        let two = try fill("example.net")
        func rows() throws -> [String: Int64] {
            try store.read { db in
                let tables = try db.all("SELECT name FROM sqlite_schema WHERE type = 'table'") { $0.text(0) }
                return Dictionary(
                    uniqueKeysWithValues: try tables.map { ($0, try db.count("SELECT COUNT(*) FROM \($0)")) })
            }
        }
        let both = try rows()
        #expect(try store.check(ring: ring).flaws == [])
        try store.write { db in try Domains.remove(db, id: one.domain, at: noon) }
        for (table, count) in try rows() where !["meta", "counters"].contains(table) {
            #expect(count * 2 == both[table], "\(table)")
        }
        #expect(try store.check(ring: ring).flaws == [])
        #expect(try addSource(store, domain: "example.com").id == 3)
        // A source alone: its entries go, or stay as hand-made ones, and the edition tells.
        let kept = try store.write { db in try Sources.remove(db, two.key, keepEntries: true, at: noon) }
        #expect(kept == 1)
        let counts = try store.read { db in
            (try Book.counts(db, domain: two.domain), try Editions.current(db, domain: two.domain))
        }
        #expect(counts.0 == [Book.Count(owner: 0, kind: 1, state: 0, entries: 1)] && counts.1 == 1)
        #expect(try store.check(ring: ring).flaws == [])
    }

    @Test("posted lists, pins and quarantine")
    func smallTables() throws {
        let store = try fixture.store()
        let domain = try addSource(store).domain
        try store.write { db in
            try PostedLists.set(db, domain: domain, data: [1], at: noon)
            try PostedLists.set(db, domain: domain, data: [], at: noon.adding(days: 1))
            try Pins.pin(db, connector: "x", sha256: "aa")
            try Quarantine.set(db, connector: "x", sha256: "aa", reason: "crashed three times")
        }
        let list = try store.read { db in try PostedLists.get(db, domain: domain) }
        #expect(list?.data == [] && list?.changedAt == noon.adding(days: 1))
        func reason(_ sha256: String) throws -> String? {
            try store.read { db in try Quarantine.reason(db, connector: "x", sha256: sha256) }
        }
        #expect(try reason("aa") == "crashed three times")
        #expect(try reason("bb") == nil)
        #expect(try store.read { db in try Pins.pinned(db, connector: "x") } == "aa")
        #expect(
            try (1...3).map { _ in try store.write { db in try Quarantine.countCrash(db, connector: "y") } } == [
                1, 2, 3,
            ])
        try store.write { db in try Quarantine.clearCrashes(db, connector: "y") }
        #expect(try store.write { db in try Quarantine.countCrash(db, connector: "y") } == 1)
        try store.write { db in try Quarantine.clear(db, connector: "x") }
        #expect(try reason("aa") == nil)
        #expect(try store.read { db in try Pins.list(db).map(\.sha256) } == ["aa"])
    }

    /// An entry's content: an account without a name, aliases or members.
    private func entry(_ address: String) -> UnsafeRawBufferPointer {
        var bytes: [UInt8] = [1]
        bytes.append(text: address)
        bytes += [0, 0, 0]
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        copy.copyBytes(from: bytes)
        fixture.defer { copy.deallocate() }
        return UnsafeRawBufferPointer(copy)
    }
}

func summary(_ id: String, _ domain: String = "example.com") -> RunSummary {
    RunSummary(
        id: id, domain: domain, source: "generic", connector: "generic", version: "1.0.0", kind: .sync, mode: .full,
        startedBy: "cli:root", startedAt: noon, edition: 0)
}
