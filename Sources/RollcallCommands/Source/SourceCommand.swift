internal import ArgumentParser

/// `source`: the connections of a domain to directories.
struct SourceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "source", abstract: "Sources: the connections of a domain to directories.",
        discussion: "DOMAIN is the source of the domain's type; any other is DOMAIN/TYPE.",
        subcommands: [
            SourceShow.self, SourceSet.self, SourceSecret.self, SourceConsent.self, SourcePost.self, SourceNotify.self,
            SourceAdd.self, SourceRemove.self, SourceDisable.self, SourceEnable.self,
        ])
}
