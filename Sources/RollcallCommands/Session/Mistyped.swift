internal import ArgumentParser
internal import RollcallCore

/// A mistyped noun or verb, told as such: the parser would speak of unexpected arguments.
enum Mistyped {
    static func sentence(_ words: [String]) -> String? {
        var command: any ParsableCommand.Type = RollcallCommand.self
        var path = "rollcall"
        for word in words where !word.hasPrefix("-") {
            let children: [any ParsableCommand.Type] = command.configuration.subcommands
            if children.isEmpty || word == "help" { return nil }
            var names: [String] = []
            var next: (any ParsableCommand.Type)?
            for child in children {
                let name = child.configuration.commandName ?? ""
                if name == word { next = child }
                if child.configuration.shouldDisplay { names.append(name) }
            }
            guard let next else {
                let meant = Nearest.word(to: word, among: names).map { "; did you mean \($0)?" } ?? "."
                return "There is no command \(path) \(shown(word))\(meant)"
            }
            command = next
            path += " \(word)"
        }
        return nil
    }
}
