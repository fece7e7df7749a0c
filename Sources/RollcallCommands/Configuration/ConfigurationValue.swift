internal import FoundationEssentials
internal import RollcallCore
internal import RollcallGateway
internal import RollcallSync

/// One value of the configuration as it was written, and where that was.
struct ConfigurationValue: Sendable, Equatable {
    enum Origin: Sendable, Equatable {
        case standard
        case file(String, line: Int, column: Int)
        case environment(String)

        /// Stands before an error: `FILE:LINE:COLUMN`.
        var place: String {
            switch self {
            case .standard: "default"
            case .file(let path, let line, let column): "\(path):\(line):\(column)"
            case .environment(let name): name
            }
        }
    }

    /// The items of a list; the only item of a scalar.
    var items: [String]
    var isList: Bool
    var origin: Origin
    /// The groups of a list of groups; the items are then their texts.
    var rows: [[String: ConfigurationValue]] = []

    var text: String { items.joined(separator: ", ") }
}

/// Checks that what was written is of a key's kind. Says what would have been right.
enum ConfigurationCheck {
    static func flaw(_ value: ConfigurationValue, _ key: ConfigurationKey) -> String? {
        switch key.kind {
        case .paths, .networks, .words, .listens, .rows: break
        default:
            if value.isList { return "\(key.name) takes one value, not a list" }
        }
        guard value.items.allSatisfy({ !$0.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) }) else {
            return "\(key.name) has a control character in it"
        }
        let text = value.items.first ?? ""
        switch key.kind {
        case .rows: return nil
        case .words:
            return value.items.contains("") ? "\(key.name) has an empty item" : nil
        case .text, .path:
            return text.isEmpty ? "\(key.name) is empty" : nil
        case .paths:
            return value.items.isEmpty || value.items.contains("") ? "\(key.name) takes one or more folders" : nil
        case .choice(let options):
            if options.contains(text) { return nil }
            let meant = Nearest.word(to: text, among: options).map { "; did you mean \($0)?" } ?? ""
            return "\(key.name) is \(quoted(text)), but must be one of \(options.joined(separator: ", "))\(meant)"
        case .number(let range):
            if let number = Int(text), range.contains(number) { return nil }
            return
                "\(key.name) is \(quoted(text)), but must be a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .size:
            return Quantity.bytes(text) == nil
                ? "\(key.name) is \(quoted(text)), but must be a size like 256MiB (KiB, MiB, GiB)" : nil
        case .duration:
            return Quantity.seconds(text) == nil
                ? "\(key.name) is \(quoted(text)), but must be a time like 10m (s, m, h)" : nil
        case .store:
            return text.hasPrefix("sqlite:") && text.utf8.count > 7 || text.hasPrefix("postgres://")
                || text.hasPrefix("postgresql://")
                ? nil : "\(key.name) is \(quoted(text)), but must be sqlite:PATH or postgres://user@host/db"
        case .reference:
            // The value is not repeated: it may well be the secret itself.
            return text.hasPrefix("file:") && text.utf8.count > 5 || text.hasPrefix("cred:") && text.utf8.count > 5
                ? nil : "\(key.name) must be file:PATH or cred:NAME; a secret never stands in the configuration itself"
        case .listens:
            if value.items == ["off"] { return nil }
            guard let wrong = value.items.first(where: { ListenPlace($0).map { !$0.canBeNamed } ?? true }) else {
                return value.items.isEmpty ? "\(key.name) names no place" : nil
            }
            return "\(key.name) has \(quoted(wrong)), but must be HOST:PORT, unix:PATH, a list of these, or off"
        case .listen:
            if text.hasPrefix("unix:"), text.utf8.count > 5 { return nil }
            if let colon = text.lastIndex(of: ":"), colon != text.startIndex,
                let port = Int(text[text.index(after: colon)...]), (1...65_535).contains(port)
            {
                return nil
            }
            return "\(key.name) is \(quoted(text)), but must be HOST:PORT or unix:PATH"
        case .mailServer:
            return MailServer(text) == nil
                ? "\(key.name) is \(quoted(text)), but must be smtp://HOST[:PORT], smtps://HOST[:PORT] or sendmail:PATH"
                : nil
        case .address:
            return MailAddress(text) == nil
                ? "\(key.name) is \(quoted(text)), but must be a mail address in ASCII, for example rollcall@example.com"
                : nil
        case .url(let schemes):
            if schemes.contains(where: { text.hasPrefix($0 + "://") && text.utf8.count > $0.utf8.count + 3 }) {
                return nil
            }
            return "\(key.name) is \(quoted(text)), but must be a URL that starts with "
                + schemes.map { $0 + "://" }.joined(separator: " or ")
        case .networks:
            if !value.isList, text == "any" || text == "public" { return nil }
            guard let wrong = value.items.first(where: { !Quantity.isNetwork($0) }) else { return nil }
            return "\(key.name) has \(quoted(wrong)), but must be any, public, or a list of networks like 10.0.0.0/8"
        }
    }

    static func quoted(_ text: String) -> String { "“\(shown(text))”" }
}
