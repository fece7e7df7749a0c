internal import ArgumentParser

/// The tree of nouns and verbs.
struct RollcallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollcall",
        abstract: "Keeps a mail gateway's address book in step with the directories that know who has a mailbox.",
        usage: "rollcall [--config FILE] [--json] NOUN VERB …",
        discussion: """
            Exit codes: 0 done, 1 failed, 3 held by the Operations Limit, 4 a person must act, 5 unavailable (try \
            later), 6 busy, 64 usage, 78 configuration.
            """,
        version: Version.text,
        subcommands: [
            CustomerCommand.self, DomainCommand.self, AccountCommand.self, SourceCommand.self, SyncCommand.self,
            RunCommand.self, ExplainCommand.self, BookCommand.self, GatewayCommand.self, StatusCommand.self,
            ConnectorCommand.self,
            ServeCommand.self, AdminCommand.self, TokenCommand.self, ConfigCommand.self, StoreCommand.self,
            ManualCommand.self,
        ])
}
