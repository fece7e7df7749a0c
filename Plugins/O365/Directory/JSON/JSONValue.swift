/// Small answers (a token, an error, the organization) as values. Bulk never goes this way.

internal import ConnectorKit

indirect enum JSONValue {
    case object([(key: String, value: JSONValue)])
    case array([JSONValue])
    case text(String)
    case number(Int?)
    case bool(Bool)
    case null

    /// nil where the bytes are not JSON.
    init?(_ bytes: Bytes) {
        var reader = JSONReader(bytes)
        do {
            self = try Self.read(&reader, 0)
            try reader.finish()
        } catch {
            return nil
        }
    }

    private static func read(_ reader: inout JSONReader, _ depth: Int) throws(JSONFlaw) -> JSONValue {
        guard depth < JSONReader.depthLimit else { throw JSONFlaw(offset: reader.position) }
        var isFirst = true
        switch try reader.kind() {
        case .object:
            var members: [(key: String, value: JSONValue)] = []
            try reader.beginObject()
            while let key = try reader.nextKey(&isFirst) { members.append((key.string, try read(&reader, depth + 1))) }
            return .object(members)
        case .array:
            var elements: [JSONValue] = []
            try reader.beginArray()
            while try reader.nextElement(&isFirst) { elements.append(try read(&reader, depth + 1)) }
            return .array(elements)
        case .string: return .text(try reader.string().string)
        case .number: return .number(try reader.integer())
        case .bool: return .bool(try reader.bool())
        case .null:
            try reader.skipValue()
            return .null
        }
    }

    /// The last value of that key, `.null` where there is none.
    subscript(_ key: String) -> JSONValue {
        if case .object(let members) = self { members.last { $0.key == key }?.value ?? .null } else { .null }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: Int? { if case .number(let number) = self { number } else { nil } }
    var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }
    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }

    /// A text as JSON, quotes included.
    static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            default:
                if scalar.value < 0x20 {
                    let hex = String(scalar.value, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out + "\""
    }
}
