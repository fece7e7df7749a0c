package import RollcallCore

/// The address book as gateways see it: one row an entry, by the compare key of its primary address. What an entry
/// holds is packed by the core's entry coding; the columns beside it are for finding and counting.
package enum Book {
    /// A row where it lies, good until the closure returns.
    package struct View {
        package let key: UnsafeRawBufferPointer
        /// A source's id; 0 for what people made.
        package let owner: Int64
        package let objectID: UnsafeRawBufferPointer
        package let kind: UInt8
        /// 0 active, 1 in grace.
        package let state: UInt8
        /// When something of it ends: the entry itself, or a grace address of it.
        package let until: Int64?
        package let content: UnsafeRawBufferPointer
        package let grace: UnsafeRawBufferPointer
        package let since: UnsafeRawBufferPointer

        package init(
            key: UnsafeRawBufferPointer, owner: Int64, objectID: UnsafeRawBufferPointer, kind: UInt8, state: UInt8,
            until: Int64?, content: UnsafeRawBufferPointer, grace: UnsafeRawBufferPointer,
            since: UnsafeRawBufferPointer
        ) {
            self.key = key
            self.owner = owner
            self.objectID = objectID
            self.kind = kind
            self.state = state
            self.until = until
            self.content = content
            self.grace = grace
            self.since = since
        }
    }

    /// In the order of keys.
    package static func eachEntry(_ db: any Database, domain: Int64, _ body: (View) throws -> Void) throws {
        try db.query(columns + " WHERE domain_id = ? ORDER BY key", [.int(domain)]) { try body(view($0)) }
    }

    /// Those that have the text in content or grace. The others cost a look at these two, a third of a whole row.
    package static func eachRow(
        _ db: any Database, domain: Int64, having text: FoldedText, _ body: (BookRow) throws -> Void
    ) throws {
        let reader = try BookReader(db, domain: domain)
        try db.query("SELECT content, grace, key FROM entries WHERE domain_id = ? ORDER BY key", [.int(domain)]) {
            guard text.isIn($0.bytes(0)) || text.isIn($0.bytes(1)) else { return }
            try reader.entry(key: $0.bytes(2)) { try body(BookRow($0)) }
        }
    }

    package static func clear(_ db: any Database, domain: Int64) throws {
        try db.execute("DELETE FROM entries WHERE domain_id = ?", [.int(domain)])
    }

    /// What a plan wants of each entry, in the order of keys: the columns for finding and counting stay where they are.
    package static func eachRow(_ db: any Database, domain: Int64, _ body: (BookRow) throws -> Void) throws {
        try db.query(
            "SELECT key, owner, object_id, content, grace, since FROM entries WHERE domain_id = ? ORDER BY key",
            [.int(domain)]
        ) {
            try body(
                BookRow(
                    key: $0.bytes(0), owner: $0.int(1), objectID: $0.bytes(2), content: $0.bytes(3), grace: $0.bytes(4),
                    since: $0.bytes(5)))
        }
    }

    /// Whether there is such an entry; hands it out if so. For more than a few use `BookReader`.
    @discardableResult
    package static func entry(
        _ db: any Database, domain: Int64, key: UnsafeRawBufferPointer, _ body: (View) throws -> Void
    ) throws -> Bool {
        try BookReader(db, domain: domain).entry(key: key, body)
    }

    /// Entries of which something ends by `now`, in no order: one would be paid with a look at the whole book.
    package static func eachDue(
        _ db: any Database, domain: Int64, by now: Int64, _ body: (View) throws -> Void
    ) throws {
        try db.query(
            columns + " WHERE domain_id = ? AND until IS NOT NULL AND until <= ?",
            [.int(domain), .int(now)]
        ) { try body(view($0)) }
    }

    /// The earliest end of anything in the domain's book.
    package static func nextEnd(_ db: any Database, domain: Int64) throws -> Int64? {
        try db.first(
            "SELECT MIN(until) FROM entries WHERE domain_id = ? AND until IS NOT NULL", [.int(domain)]
        ) { $0.optionalInt(0) } ?? nil
    }

    package static func isEmpty(_ db: any Database, domain: Int64) throws -> Bool {
        try db.count("SELECT COUNT(*) FROM (SELECT 1 FROM entries WHERE domain_id = ? LIMIT 1) AS some", [.int(domain)])
            == 0
    }

    static let columns = "SELECT key, owner, object_id, kind, state, until, content, grace, since FROM entries"

    @inline(__always)
    static func view(_ row: any Row) -> View {
        View(
            key: row.bytes(0), owner: row.int(1), objectID: row.bytes(2), kind: UInt8(truncatingIfNeeded: row.int(3)),
            state: UInt8(truncatingIfNeeded: row.int(4)), until: row.optionalInt(5), content: row.bytes(6),
            grace: row.bytes(7), since: row.bytes(8))
    }
}

/// Looks up entries by key, many times with the same statement.
package final class BookReader {
    private let byKey: any BulkStatement

    package init(_ db: any Database, domain: Int64) throws {
        byKey = try db.bulk(Book.columns + " WHERE domain_id = ? AND key = ?")
        byKey.bind(0, domain)
    }

    @discardableResult
    package func entry(key: UnsafeRawBufferPointer, _ body: (Book.View) throws -> Void) throws -> Bool {
        byKey.bind(1, bytes: key)
        var found = false
        try byKey.each {
            found = true
            try body(Book.view($0))
        }
        return found
    }
}
