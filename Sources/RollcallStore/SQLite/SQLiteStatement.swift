internal import GRDB
internal import GRDBSQLite

/// A prepared statement, bare: what it binds and reads are raw bytes, and a row costs no allocation. It is the row of
/// its own answer, too, so that reading a row makes no object.
final class SQLiteStatement {
    private let connection: OpaquePointer
    private let statement: OpaquePointer
    private let path: String
    /// In the middle of an answer: it must not be run anew from within.
    private(set) var isBusy = false
    let isReadOnly: Bool

    init(_ connection: OpaquePointer, _ sql: String, persistent: Bool, path: String) throws {
        var sql = sql
        var pointer: OpaquePointer?
        let flags = persistent ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
        let code = sql.withUTF8 {
            $0.withMemoryRebound(to: CChar.self) {
                sqlite3_prepare_v3(connection, $0.baseAddress, CInt($0.count), flags, &pointer, nil)
            }
        }
        guard code == SQLITE_OK, let pointer else {
            throw SQLiteFailure(code, connection, path: path).storeError
        }
        self.connection = connection
        statement = pointer
        self.path = path
        isReadOnly = sqlite3_stmt_readonly(pointer) != 0
    }

    deinit { sqlite3_finalize(statement) }

    func bind(_ binds: [SQLValue]) {
        for (index, value) in binds.enumerated() {
            let column = CInt(index + 1)
            switch value {
            case .null: sqlite3_bind_null(statement, column)
            case .int(let value): sqlite3_bind_int64(statement, column, value)
            case .text(let text): bind(index, text: text)
            case .blob(let bytes):
                bytes.withUnsafeBytes {
                    _ = sqlite3_bind_blob(
                        statement, column, $0.baseAddress ?? UnsafeRawPointer(Self.nothing), CInt($0.count),
                        Self.transient)
                }
            }
        }
    }

    /// Runs to the end of the answer and resets, also when `row` throws.
    func step(_ row: (any Row) throws -> Void) throws {
        isBusy = true
        defer {
            sqlite3_reset(statement)
            isBusy = false
        }
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw SQLiteFailure(code, connection, path: path).storeError }
            try row(self)
        }
    }

    func clear() { sqlite3_clear_bindings(statement) }

    /// An empty blob is not a null: it needs an address, whatever is there.
    private static var nothing: UnsafePointer<CChar> { UnsafePointer(bitPattern: 8).unsafelyUnwrapped }
    private static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

extension SQLiteStatement: Row {
    func isNull(_ column: Int) -> Bool { sqlite3_column_type(statement, CInt(column)) == SQLITE_NULL }

    @inline(__always)
    func int(_ column: Int) -> Int64 { sqlite3_column_int64(statement, CInt(column)) }

    @inline(__always)
    func bytes(_ column: Int) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(statement, CInt(column))
        return UnsafeRawBufferPointer(
            start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(statement, CInt(column))))
    }
}

extension SQLiteStatement: BulkStatement {
    @inline(__always)
    func bind(_ column: Int, _ value: Int64) { sqlite3_bind_int64(statement, CInt(column + 1), value) }

    @inline(__always)
    func bind(_ column: Int, bytes: UnsafeRawBufferPointer) {
        sqlite3_bind_blob(
            statement, CInt(column + 1), bytes.baseAddress ?? UnsafeRawPointer(Self.nothing), CInt(bytes.count), nil)
    }

    func bind(_ column: Int, text: String) {
        var text = text
        text.withUTF8 {
            $0.withMemoryRebound(to: CChar.self) {
                _ = sqlite3_bind_text(
                    statement, CInt(column + 1), $0.baseAddress ?? Self.nothing, CInt($0.count), Self.transient)
            }
        }
    }

    func bindNull(_ column: Int) { sqlite3_bind_null(statement, CInt(column + 1)) }

    @inline(__always)
    func run() throws {
        let code = sqlite3_step(statement)
        guard code == SQLITE_DONE else {
            let failure = SQLiteFailure(code, connection, path: path).storeError
            sqlite3_reset(statement)
            throw failure
        }
        sqlite3_reset(statement)
    }

    func each(_ row: (any Row) throws -> Void) throws { try step(row) }
}
