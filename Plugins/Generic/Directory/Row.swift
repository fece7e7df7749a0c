/// One entry of a list, whatever the format: slices of the reader's buffer. Made once and used again for each row.

internal import ConnectorKit

struct Row {
    var id = Bytes.none
    var mail = Bytes.none
    var name = Bytes.none
    var type = Bytes.none
    var aliases: [Bytes] = []
    var proxies: [Bytes] = []
    var members: [Bytes] = []
    /// Members that are named by DN: who they are is found out later.
    var names: [Bytes] = []
    /// Whether the id lies in the reader's buffer, so that it may be lent to the emitter.
    var isIDLent = true
    /// Where a format says the kind in another way than by a `type` word.
    var kind: RowKind?
    /// The place for messages and for `explain`.
    var place = Place.line(0)

    mutating func clear() {
        id = .none
        mail = .none
        name = .none
        type = .none
        aliases.removeAll(keepingCapacity: true)
        proxies.removeAll(keepingCapacity: true)
        members.removeAll(keepingCapacity: true)
        names.removeAll(keepingCapacity: true)
        isIDLent = true
        kind = nil
    }
}

enum Place {
    case line(Int)
    case entry(Int)
    /// A DN, which begins on a line.
    case name(Bytes, line: Int)

    /// As it begins a sentence.
    var title: String {
        switch self {
        case .line(let number): "Line \(number)"
        case .entry(let number): "Entry \(number)"
        case .name(_, let line): "The entry on line \(line)"
        }
    }
}

/// What a row is. The words are those of the setting `type_column`.
enum RowKind {
    case user, shared, room, equipment, contact, list

    init?(word: Bytes) {
        switch word.count {
        case 0: self = .user
        case 4 where word.isWord("user"): self = .user
        case 4 where word.isWord("room"): self = .room
        case 4 where word.isWord("list"): self = .list
        case 6 where word.isWord("shared"): self = .shared
        case 7 where word.isWord("contact"): self = .contact
        case 9 where word.isWord("equipment"): self = .equipment
        default: return nil
        }
    }

    var record: RecordKind {
        switch self {
        case .user, .shared: .user
        case .room, .equipment: .resource
        case .contact: .contact
        case .list: .group
        }
    }

    /// The value of the attribute `type`, where the kind of record does not say it already.
    var attribute: StaticString? {
        switch self {
        case .user: "user"
        case .shared: "shared"
        case .room: "room"
        case .equipment: "equipment"
        case .contact, .list: nil
        }
    }
}
