/// A JSON object as a row: keys are the names of columns, lists are lists or cells of several values.

internal import ConnectorKit

struct JSONEntry {
    private let separator: [UInt8]
    private let names: [(key: [UInt8], slot: Slot)]

    private enum Slot: Int { case id, email, aliases, name, type, members }

    init(_ options: Options) {
        let columns = options.columns
        separator = options.separator
        names = [
            (Array(columns.id.utf8), .id), (Array(columns.email.utf8), .email),
            (Array(columns.aliases.utf8), .aliases), (Array(columns.name.utf8), .name),
            (Array(columns.type.utf8), .type), (Array(columns.members.utf8), .members),
        ]
    }

    /// Fills `row` from the object that stands at the cursor.
    func fill(_ row: inout Row, _ cursor: inout JSONCursor) throws(JSONFlaw) {
        row.clear()
        var met: Set<Int> = []
        try cursor.object { (cursor, key) throws(JSONFlaw) in
            guard let slot = slot(key) else { return try cursor.skip() }
            guard met.insert(slot.rawValue).inserted else { throw JSONFlaw("has the key \"\(key.shown)\" twice") }
            switch slot {
            case .id: row.id = try text(&cursor, key)
            case .email: row.mail = try text(&cursor, key)
            case .name: row.name = try text(&cursor, key)
            case .type: row.type = try text(&cursor, key)
            case .aliases: try values(&cursor, key, &row.aliases)
            case .members: try values(&cursor, key, &row.members)
            }
        }
    }

    private func slot(_ key: Bytes) -> Slot? {
        for name in names where key.isName(name.key) { return name.slot }
        return nil
    }

    /// A string, or a number as it stands there; `null` is nothing.
    private func text(_ cursor: inout JSONCursor, _ key: Bytes) throws(JSONFlaw) -> Bytes {
        switch cursor.peek() {
        case 0x22: return try cursor.string().trimmed
        case 0x7B, 0x5B: throw JSONFlaw("has no text under \"\(key.shown)\"")
        default:
            let word = try cursor.word()
            if word.starts(with: "null") { return .none }
            if word.starts(with: "true") || word.starts(with: "false") {
                throw JSONFlaw("has no text under \"\(key.shown)\"")
            }
            return word
        }
    }

    private func values(_ cursor: inout JSONCursor, _ key: Bytes, _ values: inout [Bytes]) throws(JSONFlaw) {
        guard cursor.peek() == 0x5B else {
            try text(&cursor, key).split(by: separator) { values.append($0) }
            return
        }
        var found: [Bytes] = []
        swap(&found, &values)
        try cursor.array { (cursor) throws(JSONFlaw) in
            let value = try text(&cursor, key)
            if value.count > 0 { found.append(value) }
        }
        swap(&found, &values)
    }
}
