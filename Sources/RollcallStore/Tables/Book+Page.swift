package import RollcallCore

/// Pages of a book, for lists that people look through.
extension Book {
    /// Which entries: all of them, accounts or lists, those that have a text somewhere.
    package struct Filter: Sendable {
        package var isList: Bool?
        /// Looked for in addresses, names and members, without regard to the case of ASCII letters.
        package var text: FoldedText
        /// Only those after this key.
        package var after: [UInt8]
        package var limit: Int

        package init(isList: Bool? = nil, text: [UInt8] = [], after: [UInt8] = [], limit: Int = 100) {
            self.isList = isList
            self.text = FoldedText(text)
            self.after = after
            self.limit = limit
        }
    }

    private struct Enough: Error {}

    /// In the order of keys. The engine walks the key; the text is compared here, so that no engine's own function is
    /// needed and no row is made into a String for it.
    package static func eachEntry(
        _ db: any Database, domain: Int64, _ filter: Filter, _ body: (View) throws -> Void
    ) throws {
        var sql = "SELECT content, key FROM entries WHERE domain_id = ? AND key > ?"
        if let isList = filter.isList { sql += isList ? " AND kind = 6" : " AND kind <> 6" }
        let reader = try BookReader(db, domain: domain)
        var left = filter.limit
        do {
            try db.query(sql + " ORDER BY key", [.int(domain), .blob(filter.after)]) { row in
                guard left > 0 else { throw Enough() }
                guard filter.text.isIn(row.bytes(0)) || filter.text.isIn(row.bytes(1)) else { return }
                left -= 1
                try reader.entry(key: row.bytes(1), body)
            }
        } catch is Enough {}
    }
}
