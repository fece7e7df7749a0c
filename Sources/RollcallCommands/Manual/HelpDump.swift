/// What ArgumentParser's help dump says of the commands, as far as a man page needs it.
struct HelpDump: Decodable {
    struct Command: Decodable {
        let commandName: String
        let abstract: String?
        let discussion: String?
        let shouldDisplay: Bool
        let subcommands: [Command]?
        let arguments: [Argument]?

        var children: [Command] { (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" } }
    }

    struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let kind: String
        let shouldDisplay: Bool
        let isOptional: Bool
        let isRepeating: Bool
        let names: [Name]?
        let valueName: String?
        let abstract: String?

        /// `--to <file>`, `<domain>`, `[<key=value> ...]`
        var title: String {
            let value = valueName ?? "value"
            let more = isRepeating ? " ..." : ""
            let names = (names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name }.joined(separator: ", ")
            return switch kind {
            case "flag": names
            case "option": "\(names) <\(value)>\(more)"
            default: isOptional ? "[<\(value)>\(more)]" : "<\(value)>\(more)"
            }
        }
    }

    let command: Command
}
