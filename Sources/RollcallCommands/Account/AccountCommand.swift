internal import ArgumentParser

/// `account`: entries made by hand. They stay until a person removes them or gives them to a source.
struct AccountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Accounts and lists made by hand.",
        subcommands: [AccountAdd.self, AccountRemove.self, AccountGive.self, AccountTake.self])
}
