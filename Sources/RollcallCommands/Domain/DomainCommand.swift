internal import ArgumentParser

/// `domain`: mail domains, their inbound servers and switches.
struct DomainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "domain", abstract: "Mail domains.",
        subcommands: [
            DomainAdd.self, DomainList.self, DomainShow.self, DomainSet.self, DomainSetType.self, DomainAlias.self,
            DomainInbound.self,
            DomainRemove.self,
        ])
}
