/// `config show`: every key with its value and where that came from. References to secrets are shown, as they are no
/// secrets; passwords inside a URL are not.
extension Configuration {
    struct Line: Encodable {
        let key: String
        let value: String?
        let origin: String
        let place: String?

        enum CodingKeys: String, CodingKey { case key, value, origin, place }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(key, forKey: .key)
            try container.encode(value, forKey: .value)
            try container.encode(origin, forKey: .origin)
            try container.encode(place, forKey: .place)
        }
    }

    var shownLines: [Line] {
        ConfigurationKey.all.map { key in
            guard let value = values[key.name] else {
                return Line(key: key.name, value: nil, origin: "unset", place: nil)
            }
            let text = Self.redacted(value.text)
            return switch value.origin {
            case .standard: Line(key: key.name, value: text, origin: "default", place: nil)
            case .file: Line(key: key.name, value: text, origin: "file", place: value.origin.place)
            case .environment(let name): Line(key: key.name, value: text, origin: "environment", place: name)
            }
        }
    }

    /// `postgres://user:password@host/db` without its password.
    static func redacted(_ text: String) -> String {
        guard let scheme = text.firstRange(of: "://"), let at = text[scheme.upperBound...].lastIndex(of: "@"),
            let colon = text[scheme.upperBound..<at].firstIndex(of: ":")
        else { return text }
        return text[..<colon] + ":***" + text[at...]
    }
}
