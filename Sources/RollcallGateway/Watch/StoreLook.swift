internal import Glibc
internal import Logging
internal import RollcallCore
internal import RollcallStore

/// What the watching thread remembers between two looks at the store.
struct StoreLook {
    private let location: StoreLocation
    private let folder: SnapshotFolder
    private let current: CurrentBooks
    private let logger: Logger
    private var store: Store?
    /// Of the file that is open: another one may have been put in its place.
    private var inode: UInt64 = 0
    private var seen: Int64?
    private var marks: [Int64: Editions.Mark] = [:]
    private var books: [Int64: Snapshot] = [:]
    private var syncedAt: [String: Int64] = [:]
    private var syncedLooked: Int64 = 0
    /// How many looks in a row somebody was writing to the store.
    private var busyLooks = 0
    /// A short write is over before it could matter.
    private var isBeingWritten: Bool { busyLooks >= 5 }
    /// No look before this second: a store that is away is not asked ten times a second.
    private var notBefore: Int64 = 0

    init(_ location: StoreLocation, folder: SnapshotFolder, current: CurrentBooks, logger: Logger) {
        self.location = location
        self.folder = folder
        self.current = current
        self.logger = logger
    }

    mutating func look() {
        let now = Int64(time(nil))
        do {
            guard let there = Self.inode(of: location.path) else {
                throw StoreError(.missing, "there is no store at \(location.path)")
            }
            if store == nil || there != inode {
                guard now >= notBefore else { return }
                try open(there)
            }
            guard let store else { return }
            busyLooks = try store.isBeingWritten() ? busyLooks + 1 : 0
            let mark = try store.changeMark()
            if mark != seen || now - syncedLooked >= 60 {
                try read(store, now)
                seen = mark
            } else if current.now.doubt != nil {
                // It was away for a moment; a look that reads tells that it is there again.
                _ = try store.read { try Editions.all($0).count }
                settle()
            } else if current.now.isBeingWritten != isBeingWritten {
                settle()
            }
        } catch {
            let sentence = (error as? StoreError)?.message ?? "\(error)"
            if current.now.doubt != sentence {
                logger.error("answers come from the last good books: \(sentence)")
                current.replace(current.now.doubted(sentence))
            }
            store = nil
            seen = nil
            notBefore = now + 1
        }
    }

    private mutating func open(_ there: UInt64) throws {
        store = try Store.open(location, create: false, busySeconds: 1)
        inode = there
        seen = nil
        // What was read from another file says nothing about this one.
        marks = [:]
        books = [:]
        syncedLooked = 0
    }

    private mutating func read(_ store: Store, _ now: Int64) throws {
        var changed: [Snapshot] = []
        let isTime = now - syncedLooked >= 60
        let all = try store.read { db in
            let all = try Editions.all(db)
            if isTime { syncedAt = try LastReads.all(db) }
            for mark in all where marks[mark.domain] != mark {
                guard let domain = try Domains.find(db, id: mark.domain) else { continue }
                let last = try LastReads.of(db, domain: mark.domain)
                syncedAt[mark.name] = last.at
                let snapshot = try Snapshot.make(
                    db, domain, isSynced: last.isSynced, syncedAt: last.at, at: Timestamp(seconds: now))
                books[mark.domain] = snapshot
                changed.append(snapshot)
            }
            return all
        }
        marks = Dictionary(all.map { ($0.domain, $0) }, uniquingKeysWith: { first, _ in first })
        let before = books.count
        books = books.filter { marks[$0.key] != nil }
        let isGone = books.count < before
        if isTime { syncedLooked = now }
        if isTime || isGone || !changed.isEmpty || current.now.doubt != nil { settle() }
        save(changed)
        // Also those that an earlier process left: the first look has read all domains.
        if isGone || changed.count == all.count { folder.keepOnly(Set(all.map(\.name))) }
    }

    private func save(_ snapshots: [Snapshot]) {
        for snapshot in snapshots {
            do {
                try folder.save(snapshot)
            } catch {
                logger.error("the snapshot for the next start cannot be saved: \(error)")
            }
        }
    }

    private func settle() {
        let had = current.now.doubt
        let snapshots = books.sorted { $0.key < $1.key }.map(\.value)
        current.replace(Books(snapshots, syncedAt: syncedAt, isBeingWritten: isBeingWritten))
        if had != nil, current.now.isLoaded { logger.info("answers come from the store's editions") }
    }

    private static func inode(of path: String) -> UInt64? {
        var status = stat()
        return stat(path, &status) == 0 && status.st_size > 0 ? UInt64(status.st_ino) : nil
    }
}

/// When directories were last read well, whether or not anything had changed there.
enum LastReads {
    static func of(_ db: any Database, domain: Int64) throws -> (at: Int64, isSynced: Bool) {
        var last: Int64 = 0
        var isSynced = false
        for source in try Sources.list(db, domain: domain) {
            isSynced = isSynced || source.firstSyncedRun != nil
            // A source that is switched off says nothing about how fresh the book is.
            guard source.enabled else { continue }
            let run = try Runs.last(db, source: source.id, outcomes: [.applied, .unchanged])
            last = max(last, run?.summary.startedAt.seconds ?? 0)
        }
        return (last, isSynced)
    }

    static func all(_ db: any Database) throws -> [String: Int64] {
        var all: [String: Int64] = [:]
        for mark in try Editions.all(db) { all[mark.name] = try of(db, domain: mark.domain).at }
        return all
    }
}
