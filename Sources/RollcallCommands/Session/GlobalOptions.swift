internal import ArgumentParser

/// The options of every command. They may stand before the noun or behind the verb; `CommandLineArguments` moves them.
struct GlobalOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The configuration to use.", valueName: "file"))
    var config: String?

    @Flag(name: .long, help: "Answer with one JSON document.")
    var json = false
}

/// Words of a command line, with `--config FILE` and `--json` moved from the front to where the parser expects them.
enum CommandLineArguments {
    static func ordered(_ words: [String]) -> [String] {
        var front: [String] = []
        var rest: [String] = []
        var nouns = 0
        var index = 0
        while index < words.count {
            let word = words[index]
            // Behind noun and verb the parser takes them itself.
            if nouns >= 2 || word == "--" { break }
            if word == "--json" || word.hasPrefix("--config=") {
                front.append(word)
            } else if word == "--config", index + 1 < words.count {
                front += [word, words[index + 1]]
                index += 1
            } else {
                if !word.hasPrefix("-") { nouns += 1 }
                rest.append(word)
            }
            index += 1
        }
        let tail = words[index...]
        guard nouns > 0 else { return words }
        guard let terminator = tail.firstIndex(of: "--") else { return rest + tail + front }
        return rest + tail[..<terminator] + front + tail[terminator...]
    }

    static func wantsJSON(_ words: [String]) -> Bool { words.prefix { $0 != "--" }.contains("--json") }
}
