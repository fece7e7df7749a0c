internal import ArgumentParser
internal import RollcallStore

/// Replaces a domain's inbound servers by these; without any, the domain has none.
struct DomainInbound: Verb {
    static let configuration = CommandConfiguration(
        commandName: "inbound", abstract: "Set a domain's inbound servers, in place of those it has.")

    @Argument(help: "The domain.") var domain: DomainReference
    @Option(help: ArgumentHelp("An inbound server; may be repeated.", valueName: "host[:port][/pref]"))
    var server: [String] = []
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let servers = try server.enumerated().map { try InboundArgument.server($1, position: $0) }
        let document = try session.store().write { db in
            let found = try Session.domain(db, domain)
            try Domains.setInbound(db, found.id, servers)
            // The gateways' transport table has changed.
            try Editions.advanceForGateways(db, domain: found.id)
            return try DomainDocument(db, Session.domain(db, domain))
        }
        return Answer(document, lines: document.lines)
    }
}
