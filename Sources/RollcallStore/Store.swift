internal import Glibc
internal import Synchronization

/// The store: everything that outlives a process, but the key ring. Any number of threads and processes may have it
/// open. A `write` is one transaction, all or nothing also under kill -9 and power cuts; a `read` sees one moment.
///
/// Opening costs a file's opening and one look at a number. Connections are opened when wanted and kept.
package final class Store: Sendable {
    package let location: StoreLocation
    private let busySeconds: Double
    private let idle = Mutex<[SQLiteDatabase]>([])
    private let failure = Mutex<StoreError?>(nil)
    private let writing = WriterLock()
    private let bookCounts = BookCountMemory()
    private let lock: StoreLock

    /// Opens the store, making and migrating it as needed.
    ///
    /// - `create`: whether a missing store is made. Without, it is an error of kind `.missing`.
    package static func open(
        _ location: StoreLocation, create: Bool = true, busySeconds: Double = 5
    ) throws -> Store {
        try Store(location, create: create, busySeconds: busySeconds)
    }

    /// Whether there is a store at all, without opening it.
    package static func exists(_ location: StoreLocation) -> Bool { Files.size(location.path) > 0 }

    private init(_ location: StoreLocation, create: Bool, busySeconds: Double) throws {
        self.location = location
        self.busySeconds = busySeconds
        let path = location.path
        if !create, !Files.exists(path) { try SQLiteFiles.prepare(path: path, create: false) }
        try SQLiteFiles.prepare(path: path, create: create)
        lock = try StoreLock(path: path, alone: false)
        let database = try SQLiteDatabase.open(path: path, busySeconds: busySeconds)
        database.countMemory = bookCounts
        try Migrations.migrate(database)
        idle.withLock { $0.append(database) }
        OpenStores.add(self)
    }

    /// One moment of the store. Nothing may be written in it. A read within a write sees what was before the write.
    package func read<T>(_ body: (any Database) throws -> T) throws -> T {
        try with { try $0.transaction(writing: false, body) }
    }

    /// One transaction, which starts as a writing one so that nothing can come between its reading and its writing.
    package func write<T>(_ body: (any Database) throws -> T) throws -> T {
        try writing.lock()
        defer { writing.unlock() }
        return try with { try $0.transaction(writing: true, body) }
    }

    /// A number that changes when anybody else has changed the store. Only for a store that one thread reads by itself:
    /// the engine counts what others than the connection did.
    package func changeMark() throws -> Int64 { Int64(try with { try $0.pragma("PRAGMA data_version") }) ?? 0 }

    /// Whether somebody, in any process, is in the middle of a write. Asked without waiting.
    package func isBeingWritten() throws -> Bool { try with { try $0.isBeingWritten(busySeconds: busySeconds) } }

    /// Closes the connections that nobody is using. The last process to do so puts the log away, which makes the next
    /// opening quick. Comes by itself when the store goes away or the process ends. The store may be used again.
    package func close() {
        let connections = idle.withLock { idle in
            defer { idle = [] }
            return idle
        }
        withExtendedLifetime(connections) {}
    }

    /// Bytes in the store's files, and bytes free where they are.
    package func space() -> (used: Int64, free: Int64) {
        let path = location.path
        return (["", "-wal"].reduce(0) { $0 + Files.size(path + $1) }, Files.free(path))
    }

    func with<T>(failing: Bool = true, _ body: (SQLiteDatabase) throws -> T) throws -> T {
        if let failure = failure.withLock({ $0 }) { throw failure }
        let database = try take()
        do {
            let result = try body(database)
            giveBack(database)
            return result
        } catch let error as StoreError where error.kind == .io && failing {
            failure.withLock { $0 = $0 ?? error }
            // Closing would write once more, by pages that cannot be trusted: these are left to the process's end.
            for database in [database] + idle.withLock({ $0 }) { _ = Unmanaged.passRetained(database) }
            throw error
        } catch {
            giveBack(database)
            throw error
        }
    }

    private func giveBack(_ database: SQLiteDatabase) {
        // One that could not roll back is closed, which does.
        if !database.isInTransaction { idle.withLock { if $0.count < 4 { $0.append(database) } } }
    }

    private func take() throws -> SQLiteDatabase {
        if let database = idle.withLock({ $0.popLast() }) { return database }
        let database = try SQLiteDatabase.open(path: location.path, busySeconds: busySeconds)
        database.countMemory = bookCounts
        return database
    }
}

/// Threads of one process wait for each other here, without a limit of time, and not by SQLite's polling.
///
/// Unchecked: the mutex guards the one variable.
private final class WriterLock: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let holder = Atomic<UInt>(0)

    init() { pthread_mutex_init(mutex, nil) }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func lock() throws(StoreError) {
        guard holder.load(ordering: .relaxed) != UInt(pthread_self()) else {
            throw StoreError(.other, "a write was begun inside a write")
        }
        pthread_mutex_lock(mutex)
        holder.store(UInt(pthread_self()), ordering: .relaxed)
    }

    func unlock() {
        holder.store(0, ordering: .relaxed)
        pthread_mutex_unlock(mutex)
    }
}
