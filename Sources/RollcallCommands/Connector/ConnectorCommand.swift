internal import ArgumentParser

/// `connector`: what can read a directory.
struct ConnectorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connector", abstract: "Connectors: what can read a directory.",
        subcommands: [
            ConnectorList.self, ConnectorShow.self, ConnectorAllow.self, ConnectorCheckCommand.self,
            ConnectorNew.self, ConnectorTryCommand.self,
        ])
}
