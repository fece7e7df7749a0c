/// The one way to the data, whatever engine keeps it. SQL is written once, in `Tables/`, in the dialect that SQLite and
/// PostgreSQL share: `?` for a value, `ON CONFLICT` for an upsert, `RETURNING` where an answer is wanted, no function
/// of one engine only. What differs is left to the driver: how `?` is spelled, how rows come in bulk, and the words of
/// the schema that PostgreSQL spells otherwise (`INTEGER`, `BLOB`, `WITHOUT ROWID`, `STRICT`).
///
/// A database is good inside the `Store.read` or `Store.write` that gave it out, on that thread, and nowhere else.

package protocol Database: AnyObject {
    /// Runs a statement that answers nothing. Returns the number of rows that it changed.
    @discardableResult
    func execute(_ sql: String, _ binds: [SQLValue]) throws -> Int

    /// Runs a query and hands out its rows one by one; what `row` gives is good until the closure returns.
    func query(_ sql: String, _ binds: [SQLValue], _ row: (any Row) throws -> Void) throws

    /// What was counted of books before; nothing inside a write.
    var bookCounts: BookCountMemory? { get }

    /// A statement to be run many times, with raw bytes and without an allocation a row. Ends with the transaction.
    func bulk(_ sql: String) throws -> any BulkStatement
}

extension Database {
    @discardableResult
    package func execute(_ sql: String) throws -> Int { try execute(sql, []) }

    /// The first row, or `nil`.
    package func first<T>(_ sql: String, _ binds: [SQLValue], _ make: (any Row) throws -> T) throws -> T? {
        var result: T?
        try query(sql, binds) { row in if result == nil { result = try make(row) } }
        return result
    }

    package func all<T>(_ sql: String, _ binds: [SQLValue] = [], _ make: (any Row) throws -> T) throws -> [T] {
        var result: [T] = []
        try query(sql, binds) { result.append(try make($0)) }
        return result
    }

    /// The number that a query with one row of one column answers; 0 where there is no row.
    package func count(_ sql: String, _ binds: [SQLValue] = []) throws -> Int64 {
        try first(sql, binds) { $0.int(0) } ?? 0
    }
}

/// One row of an answer. Columns count from 0.
package protocol Row: AnyObject {
    func isNull(_ column: Int) -> Bool
    func int(_ column: Int) -> Int64
    /// The bytes of a blob or a text where they lie; empty for a null.
    func bytes(_ column: Int) -> UnsafeRawBufferPointer
}

extension Row {
    package func text(_ column: Int) -> String { String(decoding: bytes(column), as: UTF8.self) }
    package func flag(_ column: Int) -> Bool { int(column) != 0 }
    package func blob(_ column: Int) -> [UInt8] { [UInt8](bytes(column)) }
    package func optionalInt(_ column: Int) -> Int64? { isNull(column) ? nil : int(column) }
    package func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
    package func optionalBlob(_ column: Int) -> [UInt8]? { isNull(column) ? nil : blob(column) }
}

/// A statement that runs once a row of bulk. Columns count from 0. Bound bytes are not copied: they must stay where
/// they are until `run` returns. What was bound once stays bound.
package protocol BulkStatement: AnyObject {
    func bind(_ column: Int, _ value: Int64)
    func bind(_ column: Int, bytes: UnsafeRawBufferPointer)
    /// Texts are copied: they are not for the rows of bulk.
    func bind(_ column: Int, text: String)
    func bindNull(_ column: Int)
    func run() throws
    /// Runs a query with what is bound.
    func each(_ row: (any Row) throws -> Void) throws
}
