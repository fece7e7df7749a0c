internal import GRDB
internal import GRDBSQLite

/// How a connection is set up: durable before fast, and each setting that durability rests on is read back.
extension SQLiteDatabase {
    /// Opens the file, which must be there.
    static func open(path: String, busySeconds: Double) throws -> SQLiteDatabase {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busySeconds)
        configuration.foreignKeysEnabled = true
        // A transaction's end is in our hands.
        configuration.allowsUnsafeTransactions = true
        let database = try SQLiteDatabase(path: path, configuration: configuration)
        try database.setUp(busySeconds: busySeconds)
        return database
    }

    private func setUp(busySeconds: Double) throws {
        // The page size counts for a new file only. Measured: bulk is a fifth faster than with 4 KiB, a delta no
        // slower.
        try run(
            """
            PRAGMA page_size = 16384; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
            PRAGMA temp_store = MEMORY; PRAGMA cache_size = -12288;
            """)
        if try pragma("PRAGMA journal_mode") != "wal" { try setWAL(busySeconds: busySeconds) }
        // The log is copied back at each 64 MiB, and shrunk after a big transaction.
        try run(
            """
            PRAGMA wal_autocheckpoint = 4096; PRAGMA journal_size_limit = 67108864; PRAGMA synchronous = FULL;
            """)
        guard try pragma("PRAGMA synchronous") == "2", try pragma("PRAGMA foreign_keys") == "1" else {
            throw StoreError(
                .io, "the store \(path) cannot be opened durably: SQLite did not take synchronous=FULL",
                hint: "this SQLite library is built in an unusual way; install libsqlite3-0 from the distribution")
        }
    }

    /// Two processes may make a store at once, and SQLite does not wait here by itself.
    private func setWAL(busySeconds: Double) throws {
        let step = 0.02
        var waited = 0.0
        while true {
            do {
                guard try pragma("PRAGMA journal_mode = WAL") == "wal" else {
                    throw StoreError(
                        .other, "the store \(path) cannot keep a write-ahead log where it lies",
                        hint: "keep it on a local file system, not on a network share")
                }
                return
            } catch let error as StoreError where error.kind == .locked && waited < busySeconds {
                sqlite3_sleep(CInt(step * 1000))
                waited += step
            }
        }
    }
}
