internal import ArgumentParser

/// `run`: the history.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "The history of runs.", subcommands: [RunList.self, RunShow.self])
}
