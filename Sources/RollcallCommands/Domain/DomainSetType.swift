internal import ArgumentParser
internal import RollcallStore

/// Changes what a domain's inbound server is. Old sources are kept with all their settings, but disabled: an
/// administrator who goes back finds everything as it was.
struct DomainSetType: Verb {
    static let configuration = CommandConfiguration(
        commandName: "set-type", abstract: "Change what a domain's inbound server is; old sources are kept, disabled.")

    @Argument(help: "The domain.") var domain: DomainReference
    @Argument(help: "The new type: the id of a connector.") var type: String
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        try session.connectors().requireReady(type)
        let document = try session.store().write { db in
            var domain = try Session.domain(db, domain)
            domain.serverType = type
            try Domains.update(db, domain)
            for source in try Sources.list(db, domain: domain.id) where source.type != type && source.enabled {
                try Sources.setEnabled(db, source.id, false)
            }
            if let source = try Sources.find(db, domain: domain.id, type: type) {
                if !source.enabled { try Sources.setEnabled(db, source.id, true) }
            } else {
                _ = try Sources.add(db, domain: domain.id, type: type, at: session.now)
            }
            return try DomainDocument(db, domain)
        }
        return Answer(document, "The type of \(document.name) is \(type) now; its other sources are kept, disabled.")
    }
}
