import RollcallCore
import RollcallStore
import TestSupport

@testable import RollcallGateway

/// A store with domains and books made by hand.
final class BookFixture {
    let fixture = Fixture()
    let folder: String
    let store: Store
    static let now = Timestamp(seconds: 1_800_000_000)

    init() throws {
        folder = try fixture.temporaryDirectory()
        store = try Store.open(StoreLocation("sqlite:\(folder)/store.db"))
    }

    @discardableResult
    func domain(
        _ name: String = "example.com", aliases: [String] = [], enforce: Bool = true, catchall: String? = nil,
        with entries: [Entry] = []
    ) throws -> Domain {
        try store.write { db in
            var domain = try Domains.add(db, name: name, serverType: "generic", at: Self.now)
            for alias in aliases { try Domains.addAlias(db, domain.id, name: alias) }
            domain.enforce = enforce
            domain.catchall = catchall
            try Domains.update(db, domain)
        }
        try put(name, entries)
        return try domain(named: name)
    }

    func domain(named name: String) throws -> Domain {
        guard let domain = try store.read({ try Domains.find($0, name: name) }) else {
            throw ExportFailure("no domain \(name)")
        }
        return domain
    }

    /// Adds entries, which makes a new edition.
    func put(_ name: String, _ entries: [Entry]) throws {
        let id = try domain(named: name).id
        try store.write { db in
            let writer = try BookWriter(db, domain: id)
            for entry in entries {
                try entry.withRow(key: Address.key(of: entry.primary)) { row in
                    try writer.upsert(
                        key: row.key, owner: row.owner, objectID: row.objectID, kind: entry.kind.rawValue,
                        state: entry.isGrace ? 1 : 0, until: entry.nextEnd, content: row.content, grace: row.grace,
                        since: row.since)
                }
            }
            try Editions.advance(db, domain: id)
        }
    }

    func text(_ format: ExportFormat, only: String? = "example.com", _ change: (inout Exporter) -> Void = { _ in })
        throws -> String
    {
        var exporter = Exporter(format)
        change(&exporter)
        let exported = exporter
        let domain = try only.map { try self.domain(named: $0) }
        var bytes: [UInt8] = []
        try store.read { db in try exported.stream(db, only: domain, at: Self.now) { bytes += $0 } }
        return String(decoding: bytes, as: UTF8.self)
    }

    func file(_ format: ExportFormat, _ path: String, only: String? = "example.com") throws -> String {
        let domain = try only.map { try self.domain(named: $0) }
        return try store.read { try Exporter(format).replace(path, $0, only: domain, at: Self.now).path }
    }
}
