internal import ArgumentParser
internal import RollcallStore

/// Adds a domain with its inbound servers and the source of its type. One transaction: there is no half a domain.
struct DomainAdd: Verb {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a domain, its inbound servers and the source of its type.")

    @Argument(help: "The domain's name.") var name: String
    @Option(help: "What its inbound server is: the id of a connector (`rollcall connector list`).") var type: String
    @Option(help: "The customer who owns it.") var customer: String?
    @Option(help: ArgumentHelp("An inbound server; may be repeated.", valueName: "host[:port][/pref]"))
    var inbound: [String] = []
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let name = try DomainReference.name(name)
        var servers: [InboundServer] = []
        for (position, text) in inbound.enumerated() {
            servers.append(try InboundArgument.server(text, position: position))
        }
        try session.connectors().requireReady(type)
        let document = try session.store().write { db in
            let owner = try customer.map { try CustomerCommand.find(db, $0).id }
            let domain = try Domains.add(
                db, name: name, serverType: type, customer: owner, inbound: servers, at: session.now)
            _ = try Sources.add(db, domain: domain.id, type: type, at: session.now)
            return try DomainDocument(db, domain)
        }
        return Answer(
            document, "Added \(name) with a source of type \(type).",
            hint: "`rollcall source set \(name) KEY=VALUE` says where its directory is; enforcement is off.")
    }
}
