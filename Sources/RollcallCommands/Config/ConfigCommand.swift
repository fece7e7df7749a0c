internal import ArgumentParser

/// `config`: what the operator decided.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "The configuration: check it, show it.",
        subcommands: [ConfigCheck.self, ConfigShow.self])
}
