internal import GRDB
internal import GRDBSQLite

/// A result code of SQLite, turned into what a person can act on.
struct SQLiteFailure {
    let code: CInt
    let text: String
    let path: String

    init(_ code: CInt, _ connection: OpaquePointer?, path: String) {
        let extended = connection.map { sqlite3_extended_errcode($0) } ?? code
        self.init(code: extended & 0xFF == code & 0xFF ? extended : code, connection: connection, path: path)
    }

    private init(code: CInt, connection: OpaquePointer?, path: String) {
        self.code = code
        text = connection.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
        self.path = path
    }

    init(_ error: DatabaseError, path: String) {
        code = error.extendedResultCode.rawValue
        text = error.message ?? String(cString: sqlite3_errstr(code))
        self.path = path
    }

    var storeError: StoreError {
        // IOERR_SHMSIZE: the index of the log could not grow. SQLite has no FULL for it, and keeps no errno.
        if code == SQLITE_IOERR | (19 << 8), Files.isDiskFull(path) { return full }
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED:
            let holder = StoreHolders.writer(path: path)
            return StoreError(
                .locked, "the store \(path) is locked by \(holder ?? "another process") and stayed so for 5 seconds",
                hint: "try again when it has ended")
        case SQLITE_FULL: return full
        case SQLITE_IOERR:
            return StoreError(
                .io, "reading or writing the store \(path) failed: \(text) (SQLite \(code))",
                hint: "look at the disk and the kernel's log; rollcall stops using the store until it is started anew")
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            return StoreError(
                .corrupt, "the store \(path) is damaged: \(text) (SQLite \(code))",
                hint: "restore a backup with `rollcall store restore FILE`; nothing is deleted or made anew by itself")
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
            return StoreError(
                .permission, "the store \(path) cannot be written: \(text)",
                hint: "run as the user who owns it, and let that user write its folder")
        case SQLITE_CANTOPEN:
            return StoreError(
                .permission, "the store \(path) cannot be opened: \(text)",
                hint: "its folder must exist, and the user who runs rollcall must be allowed to write there")
        default:
            return StoreError(.other, "the store \(path) refused a statement: \(text) (SQLite \(code))")
        }
    }

    private var full: StoreError {
        StoreError(
            .full, "the disk of the store \(path) is full; nothing was written",
            hint: "free some space there; no restart is needed")
    }
}
