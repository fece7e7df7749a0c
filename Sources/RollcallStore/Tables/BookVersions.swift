internal import RollcallCore

/// What decides a domain's tables, in a few words: its edition, its names and its switches. Two that are equal make equal
/// tables, so a watcher compares these once a second and reads no book.
package struct BookVersion: Equatable, Sendable {
    package let id: Int64
    package let name: String
    package let edition: Int64
    package let customer: Int64?
    package let text: String
}

package enum BookVersions {
    /// A name for just these versions of these books, in letters that need no escaping anywhere.
    package static func tag(_ books: [BookVersion], _ salt: String = "") -> String {
        let text = ([salt] + books.map(\.text)).joined(separator: "\n")
        let digest = Array(text.utf8).withUnsafeBytes { Digest128(of: $0) }
        return String(digest.high, radix: 36) + "-" + String(digest.low, radix: 36)
    }

    /// By name: two queries, however many domains there are.
    package static func all(_ db: any Database) throws -> [BookVersion] {
        var aliases: [Int64: String] = [:]
        try db.query("SELECT domain_id, name FROM domain_names WHERE is_alias = 1 ORDER BY name", []) {
            aliases[$0.int(0), default: ""] += " " + $0.text(1)
        }
        return try db.all(
            """
            SELECT d.id, n.name, d.edition, d.enforce, d.catchall, d.subaddress, d.customer_id
            FROM domains d JOIN domain_names n ON n.domain_id = d.id AND n.is_alias = 0 ORDER BY n.name
            """
        ) {
            let (id, name, edition) = ($0.int(0), $0.text(1), $0.int(2))
            return BookVersion(
                id: id, name: name, edition: edition, customer: $0.optionalInt(6),
                text: "\(id) \(name) \(edition) \($0.int(3)) \($0.text(4)) \($0.text(5))\(aliases[id] ?? "")")
        }
    }
}
