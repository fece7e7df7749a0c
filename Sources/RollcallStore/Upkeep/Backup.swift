internal import GRDB
internal import GRDBSQLite

/// Copies of the store, made by SQLite's own online copy: whole and from one moment, while others go on writing.
package enum Backup {
    /// Copies what the connection sees to a new file of mode 0600, which takes its name only when it is complete and on
    /// the disk.
    static func copy(_ database: SQLiteDatabase, to path: String, replacing: Bool) throws {
        let temporary = "\(path).new"
        for side in ["", "-journal", "-wal", "-shm"] { Files.remove(temporary + side) }
        do {
            try Files.create(temporary)
        } catch {
            throw SQLiteFiles.failure("copying to", path, error.code)
        }
        do {
            try fill(temporary, from: database)
            try Files.sync(temporary)
            try Files.rename(temporary, to: path, replacing: replacing)
        } catch {
            for side in ["", "-journal", "-wal", "-shm"] { Files.remove(temporary + side) }
            if let failure = error as? Files.Failure { throw SQLiteFiles.failure("copying to", path, failure.code) }
            throw error
        }
    }

    private static func fill(_ path: String, from database: SQLiteDatabase) throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let target = try SQLiteDatabase(path: path, configuration: configuration)
        guard let backup = sqlite3_backup_init(target.connection, "main", database.connection, "main") else {
            throw SQLiteFailure(sqlite3_errcode(target.connection), target.connection, path: path).storeError
        }
        let stepped = sqlite3_backup_step(backup, -1)
        let finished = sqlite3_backup_finish(backup)
        guard stepped == SQLITE_DONE, finished == SQLITE_OK else {
            throw SQLiteFailure(finished == SQLITE_OK ? stepped : finished, target.connection, path: path).storeError
        }
    }
}

extension Store {
    /// Writes a copy of the store to a file, also while runs go on. An older backup there is replaced; any other file
    /// is left alone.
    package func backup(to path: String) throws {
        if Files.size(path) > 0 {
            let isStore = (try? Files.read(path, limit: 16))?.prefix(16).elementsEqual("SQLite format 3\0".utf8)
            guard isStore == true, !Files.isSame(path, location.path) else {
                throw StoreError(
                    .usage, "\(path) is not an older backup, and is not overwritten", hint: "name another file")
            }
        }
        // A disk that takes no backup says nothing about the store's own.
        try with(failing: false) { try Backup.copy($0, to: path, replacing: true) }
    }
}
