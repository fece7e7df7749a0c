internal import ArgumentParser

/// `store`: keep what is kept.
struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "The store: check, back up, restore, change its keys.",
        subcommands: [StoreCheckCommand.self, StoreBackup.self, StoreRestore.self, StoreRekey.self])
}
