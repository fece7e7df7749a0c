internal import GRDB
internal import GRDBSQLite

/// The SQLite driver: GRDB opens, serializes and closes the connection; statements run bare on it, and those of fixed
/// SQL are kept. A reading transaction refuses every statement that would write.
///
/// Unchecked: a connection is in one thread's hands at a time; the pool sees to it.
final class SQLiteDatabase: @unchecked Sendable {
    let queue: DatabaseQueue
    let connection: OpaquePointer
    let path: String
    private var kept: [String: SQLiteStatement] = [:]
    private var isWritable = false
    /// The store's, once it has the connection.
    var countMemory = BookCountMemory()

    init(path: String, configuration: Configuration) throws {
        self.path = path
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            connection = try queue.unsafeReentrantWrite { db in
                guard let connection = db.sqliteConnection else { throw DatabaseError(resultCode: .SQLITE_MISUSE) }
                return connection
            }
        } catch let error as DatabaseError {
            throw SQLiteFailure(error, path: path).storeError
        }
        // GRDB watches commits to tell observers which of its statements did what, and stops the program at a commit of
        // a statement that it does not know. Ours are bare, and nobody observes.
        sqlite3_commit_hook(connection, nil, nil)
        sqlite3_rollback_hook(connection, nil, nil)
        sqlite3_set_authorizer(connection, nil, nil)
    }

    deinit {
        // Before the queue closes the connection that they stand on.
        kept = [:]
    }

    /// Runs SQL that answers nothing and is not worth keeping.
    func run(_ sql: String) throws {
        let code = sqlite3_exec(connection, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw SQLiteFailure(code, connection, path: path).storeError }
    }

    func transaction<T>(writing: Bool, _ body: (any Database) throws -> T) throws -> T {
        try queue.unsafeReentrantWrite { _ in
            try run(writing ? "BEGIN IMMEDIATE" : "BEGIN")
            isWritable = writing
            defer { isWritable = false }
            do {
                let result = try body(self)
                try run("COMMIT")
                return result
            } catch {
                // Some failures have rolled back already. One that cannot be rolled back leaves a connection that the
                // pool throws away.
                if sqlite3_get_autocommit(connection) == 0 { try? run("ROLLBACK") }
                throw error
            }
        }
    }

    /// Whether another connection is in the middle of a writing transaction: told by beginning one, without patience.
    func isBeingWritten(busySeconds: Double) throws -> Bool {
        try queue.unsafeReentrantWrite { _ in
            sqlite3_busy_timeout(connection, 0)
            defer { sqlite3_busy_timeout(connection, CInt(busySeconds * 1000)) }
            do {
                try run("BEGIN IMMEDIATE")
            } catch {
                // Whatever else may be wrong, the next read finds it, too.
                return (error as? StoreError)?.kind == .locked
            }
            try run("ROLLBACK")
            return false
        }
    }

    var isInTransaction: Bool { sqlite3_get_autocommit(connection) == 0 }

    /// Outside any transaction: pragmas.
    func pragma(_ sql: String) throws -> String {
        let statement = try SQLiteStatement(connection, sql, persistent: false, path: path)
        var answer = ""
        try statement.step { answer = $0.text(0) }
        return answer
    }

    /// What the engine finds wrong with the file; empty for a sound one.
    func integrity() throws -> [String] {
        var flaws: [String] = []
        let whole = try SQLiteStatement(connection, "PRAGMA integrity_check(20)", persistent: false, path: path)
        try whole.step { if $0.text(0) != "ok" { flaws.append($0.text(0)) } }
        let foreign = try SQLiteStatement(connection, "PRAGMA foreign_key_check", persistent: false, path: path)
        try foreign.step { flaws.append("a row of \($0.text(0)) names one of \($0.text(2)) that is not there") }
        return flaws
    }

    private func statement(_ sql: String) throws -> SQLiteStatement {
        let statement: SQLiteStatement
        if let known = kept[sql], !known.isBusy {
            statement = known
        } else {
            statement = try SQLiteStatement(connection, sql, persistent: true, path: path)
            if kept[sql] == nil { kept[sql] = statement }
        }
        try check(statement, sql)
        return statement
    }

    private func check(_ statement: SQLiteStatement, _ sql: String) throws {
        guard isWritable || statement.isReadOnly else {
            throw StoreError(.other, "a statement would write inside a read: \(sql)")
        }
    }
}

extension SQLiteDatabase: Database {
    var bookCounts: BookCountMemory? { isWritable ? nil : countMemory }

    @discardableResult
    func execute(_ sql: String, _ binds: [SQLValue]) throws -> Int {
        let statement = try statement(sql)
        statement.bind(binds)
        defer { statement.clear() }
        try statement.step { _ in }
        return Int(sqlite3_changes(connection))
    }

    func query(_ sql: String, _ binds: [SQLValue], _ row: (any Row) throws -> Void) throws {
        let statement = try statement(sql)
        statement.bind(binds)
        defer { statement.clear() }
        try statement.step(row)
    }

    func bulk(_ sql: String) throws -> any BulkStatement {
        let statement = try SQLiteStatement(connection, sql, persistent: true, path: path)
        try check(statement, sql)
        return statement
    }
}
