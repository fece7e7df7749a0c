/// One object of a page, as slices of the page. Absent, null, empty and of the wrong type are told apart: absent and null
/// both mean "none" here, since the streams always tell the whole selected object; a property of the wrong type says
/// nothing, so what was known of it must stay.

internal import ConnectorKit

struct Property<Value> {
    enum State { case absent, null, wrong, given }
    var state = State.absent
    var value: Value?

    static var absent: Property { Property() }
    static var null: Property { Property(state: .null) }
    static var wrong: Property { Property(state: .wrong) }
    static func given(_ value: Value) -> Property { Property(state: .given, value: value) }

    var isWrong: Bool { state == .wrong }
}

/// Reused for every object of a round.
final class Entry {
    var id: JSONText?
    /// `changed` is the recycle bin, anything else is gone for good; nil: the object lives.
    var removed: JSONText?
    var mail = Property<JSONText>.absent
    var name = Property<JSONText>.absent
    var created = Property<JSONText>.absent
    var userType = Property<JSONText>.absent
    var principal = Property<JSONText>.absent
    var visibility = Property<JSONText>.absent
    var isEnabled = Property<Bool>.absent
    var isSecurity = Property<Bool>.absent
    var isMail = Property<Bool>.absent
    var proxies: [JSONText] = []
    var proxiesState = Property<Bool>.State.absent
    var types: [JSONText] = []
    var typesState = Property<Bool>.State.absent
    /// Where the list of members begins.
    var members: Int?
    /// Properties other than the id and the members.
    var properties = 0

    var hasWrong: Bool {
        mail.isWrong || name.isWrong || created.isWrong || userType.isWrong || principal.isWrong || visibility.isWrong
            || isEnabled.isWrong || isSecurity.isWrong || isMail.isWrong || proxiesState == .wrong
            || typesState == .wrong
    }

    private func clear() {
        id = nil
        removed = nil
        mail = .absent
        name = .absent
        created = .absent
        userType = .absent
        principal = .absent
        visibility = .absent
        isEnabled = .absent
        isSecurity = .absent
        isMail = .absent
        proxies.removeAll(keepingCapacity: true)
        proxiesState = .absent
        types.removeAll(keepingCapacity: true)
        typesState = .absent
        members = nil
        properties = 0
    }

    /// Reads the object that follows.
    func read(_ reader: inout JSONReader) throws(JSONFlaw) {
        clear()
        var isFirst = true
        try reader.beginObject()
        while let key = try reader.nextKey(&isFirst) { try property(key, &reader) }
    }

    private func property(_ key: JSONText, _ reader: inout JSONReader) throws(JSONFlaw) {
        if key.isEqual(to: "id") {
            let text = try Self.text(&reader)
            id = text.value
            return
        }
        if key.isEqual(to: "members@delta") {
            if try reader.kind() == .array {
                members = reader.position
            }
            return try reader.skipValue()
        }
        if key.isEqual(to: "@removed") {
            removed = try Self.reason(&reader)
            return
        }
        properties += 1
        if key.isEqual(to: "mail") {
            mail = try Self.text(&reader)
        } else if key.isEqual(to: "proxyAddresses") {
            proxiesState = try Self.list(&reader, &proxies)
        } else if key.isEqual(to: "displayName") {
            name = try Self.text(&reader)
        } else if key.isEqual(to: "accountEnabled") {
            isEnabled = try Self.bool(&reader)
        } else if key.isEqual(to: "userType") {
            userType = try Self.text(&reader)
        } else if key.isEqual(to: "createdDateTime") {
            created = try Self.text(&reader)
        } else if key.isEqual(to: "userPrincipalName") {
            principal = try Self.text(&reader)
        } else if key.isEqual(to: "groupTypes") {
            typesState = try Self.list(&reader, &types)
        } else if key.isEqual(to: "securityEnabled") {
            isSecurity = try Self.bool(&reader)
        } else if key.isEqual(to: "mailEnabled") {
            isMail = try Self.bool(&reader)
        } else if key.isEqual(to: "visibility") {
            visibility = try Self.text(&reader)
        } else {
            properties -= 1
            try reader.skipValue()
        }
    }

    private static func text(_ reader: inout JSONReader) throws(JSONFlaw) -> Property<JSONText> {
        switch try reader.kind() {
        case .string: return .given(try reader.string())
        case .null:
            try reader.skipValue()
            return .null
        default:
            try reader.skipValue()
            return .wrong
        }
    }

    private static func bool(_ reader: inout JSONReader) throws(JSONFlaw) -> Property<Bool> {
        switch try reader.kind() {
        case .bool: return .given(try reader.bool())
        case .null:
            try reader.skipValue()
            return .null
        default:
            try reader.skipValue()
            return .wrong
        }
    }

    /// A list of texts. One element of another type makes the whole list unbelievable.
    private static func list(
        _ reader: inout JSONReader, _ texts: inout [JSONText]
    ) throws(JSONFlaw) -> Property<Bool>.State {
        texts.removeAll(keepingCapacity: true)
        switch try reader.kind() {
        case .null:
            try reader.skipValue()
            return .null
        case .array:
            var isFirst = true
            var state = Property<Bool>.State.given
            try reader.beginArray()
            while try reader.nextElement(&isFirst) {
                if try reader.kind() == .string {
                    texts.append(try reader.string())
                } else {
                    try reader.skipValue()
                    state = .wrong
                }
            }
            return state
        default:
            try reader.skipValue()
            return .wrong
        }
    }

    /// `{"reason": "changed"}`; a tombstone without a reason is one all the same.
    static func reason(_ reader: inout JSONReader) throws(JSONFlaw) -> JSONText? {
        guard try reader.kind() == .object else {
            let isNull = try reader.kind() == .null
            try reader.skipValue()
            return isNull ? nil : .empty
        }
        var reason = JSONText.empty
        var isFirst = true
        try reader.beginObject()
        while let key = try reader.nextKey(&isFirst) {
            if key.isEqual(to: "reason"), try reader.kind() == .string {
                reason = try reader.string()
            } else {
                try reader.skipValue()
            }
        }
        return reason
    }
}
