/// Pages of a book, for lists that people look through.
extension Book {
    /// Which entries: all of them, accounts or lists, those that have a text somewhere.
    package struct Filter: Sendable {
        package var isList: Bool?
        /// Looked for in addresses, names and members, without regard to the case of ASCII letters.
        package var text: [UInt8]
        /// Only those after this key.
        package var after: [UInt8]
        package var limit: Int

        package init(isList: Bool? = nil, text: [UInt8] = [], after: [UInt8] = [], limit: Int = 100) {
            self.isList = isList
            self.text = text.map(Book.lower)
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
        var sql = columns + " WHERE domain_id = ? AND key > ?"
        if let isList = filter.isList { sql += isList ? " AND kind = 6" : " AND kind <> 6" }
        var left = filter.limit
        do {
            try db.query(sql + " ORDER BY key", [.int(domain), .blob(filter.after)]) { row in
                guard left > 0 else { throw Enough() }
                let view = view(row)
                guard matches(view, filter.text) else { return }
                left -= 1
                try body(view)
            }
        } catch is Enough {}
    }

    private static func matches(_ view: View, _ text: [UInt8]) -> Bool {
        guard !text.isEmpty else { return true }
        return text.withUnsafeBytes { has(view.content, $0) || has(view.key, $0) }
    }

    private static func has(_ all: UnsafeRawBufferPointer, _ text: UnsafeRawBufferPointer) -> Bool {
        guard all.count >= text.count else { return false }
        let first = text[0]
        for start in 0...(all.count - text.count) where lower(all[start]) == first {
            var index = 1
            while index < text.count, lower(all[start + index]) == text[index] { index += 1 }
            if index == text.count { return true }
        }
        return false
    }

    @inline(__always)
    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
}
