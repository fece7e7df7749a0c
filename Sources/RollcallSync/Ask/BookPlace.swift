internal import RollcallCore
internal import RollcallStore

/// Where an address stands in a book.
struct BookPlace {
    var entry: Entry
    /// 0: the primary; 1 and up: that alias.
    var position: Int
    var graceUntil: Int64?

    /// By its primary at once, else by a look through the book for rows that have its text in them.
    static func find(_ db: any Database, domain: Int64, key: [UInt8]) throws -> BookPlace? {
        var place: BookPlace?
        try key.withUnsafeBytes {
            _ = try Book.entry(db, domain: domain, key: $0) { view in
                place = BookRow(view).entry.flatMap { BookPlace($0, key) }
            }
        }
        if let place { return place }
        let text = AddressText.of(key)
        try Book.eachRow(db, domain: domain, having: text) { row in
            if place == nil { place = row.entry.flatMap { BookPlace($0, key) } }
        }
        return place
    }

    init?(_ entry: Entry, _ key: [UInt8]) {
        self.entry = entry
        if let position = ([entry.primary] + entry.aliases).firstIndex(where: { Address.key(of: $0) == key }) {
            self.position = position
            graceUntil = entry.until
        } else if let item = entry.grace.first(where: { Address.key(of: $0.address) == key }) {
            position = 0
            graceUntil = item.until
        } else {
            return nil
        }
    }
}
