internal import Foundation
internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync
internal import Synchronization
internal import TestSupport

/// A store with one domain, `example.com`, fed by the script connector in real worker processes.
final class SyncFixture {
    let fixture = Fixture()
    let folder: String
    let store: Store
    let service: SyncService
    /// The clock: moved by tests.
    let clock = Clock()
    let domain: Domain
    let source: Source

    final class Clock: Sendable {
        private let seconds = Mutex(Int64(1_800_000_000))
        var now: Timestamp { Timestamp(seconds: seconds.withLock { $0 }) }
        func advance(_ by: Int64) { seconds.withLock { $0 += by } }
    }

    private static let library: String = {
        let folder = "\(NSTemporaryDirectory())rollcall-script-\(getpid())"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try? Products.compileConnector("script.c", to: "\(folder)/script.so")
        let manifest = #"{"id":"script","name":"Script","version":"1.0.0","abi":"1.0","library":"script.so"}"#
        try? Data(manifest.utf8).write(to: URL(fileURLWithPath: "\(folder)/script.json"))
        return folder
    }()

    init() throws {
        let folder = try fixture.temporaryDirectory()
        self.folder = folder
        store = try Store.open(StoreLocation("sqlite:\(folder)/rollcall.db"))
        let (clock, store) = (clock, store)
        let (domain, source) = try store.write { db in
            let domain = try Domains.add(db, name: "example.com", serverType: "script", at: clock.now)
            let source = try Sources.add(db, domain: domain.id, type: "script", at: clock.now)
            try Sources.set(db, source.id, host: false, "script", "\(folder)/script")
            return (domain, source)
        }
        (self.domain, self.source) = (domain, source)
        try FileManager.default.createDirectory(atPath: "\(folder)/script", withIntermediateDirectories: true)
        let catalog = Catalog(
            paths: [Self.library], policy: .own, pins: NoPins(), cache: nil, executable: Products.rollcall)
        let keys = try KeyLocation("file:\(folder)/keys")
        var limits = WorkerLimits.standard()
        limits.stall = 3_000
        limits.grace = 1_000
        service = SyncService(
            SyncEnvironment(
                store: store, catalog: catalog, keyRing: { try KeyRing.open(keys, for: store, at: clock.now) },
                limits: limits, networks: .any, executable: Products.rollcall, now: { clock.now }))
    }

    /// Writes what the connector does in this mode: `full`, `delta` or `resume`; words are parted by blanks.
    func script(_ mode: String = "full", _ lines: [String]) throws {
        let text = lines.map { $0.split(separator: " ").joined(separator: "\t") + "\n" }.joined()
        try fixture.file("\(folder)/script/\(mode)", text)
    }

    /// A full directory of users `u0…` and more lines.
    func people(_ range: Range<Int>, _ more: [String] = []) throws {
        try script("full", range.map { "put user id\($0) mail=u\($0)@example.com" } + more + ["checkpoint s1"])
    }

    func set(_ id: String, _ value: String) throws {
        try store.write { try Sources.set($0, source.id, host: true, id, value) }
    }

    @discardableResult
    func sync(_ kind: RunKind = .sync, full: Bool = false, control: RunControl = RunControl()) throws -> RunSummary {
        var options = SyncService.RunOptions(startedBy: "test")
        options.kind = kind
        options.isFull = full
        options.control = control
        clock.advance(1)
        return try service.run(SourceName("example.com"), options)
    }

    /// The book as it lies in the store, byte for byte.
    func book() throws -> [Entry] {
        try store.read { db in
            var entries: [Entry] = []
            try Book.eachEntry(db, domain: domain.id) { view in
                if let entry = BookRow(view).entry { entries.append(entry) }
            }
            return entries
        }
    }

    func edition() throws -> Int64 { try store.read { try Editions.current($0, domain: domain.id) } }

    func operations(_ run: String) throws -> [RollcallCore.Operation] {
        var all: [RollcallCore.Operation] = []
        try service.forEachOperation(run: run) { all.append($0) }
        return all
    }
}
