internal import ArgumentParser

/// `book`: what gateways see.
struct BookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "book", abstract: "The address book that gateways see.",
        subcommands: [BookShow.self, BookExport.self])
}
