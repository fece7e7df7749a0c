internal import ArgumentParser
internal import RollcallStore

/// A source with its settings. Secrets are never shown, only that they are stored and since when.
struct SourceShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a source: settings, trust clock, last runs.")

    @Argument(help: "The source.") var source: DomainReference
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let document = try session.sourceDocument(source)
        return Answer(document, lines: document.lines)
    }
}

extension Session {
    /// Reads the source first, as asking the catalog for its connector can take a process.
    func sourceDocument(_ reference: DomainReference) throws -> SourceDocument {
        let type = try store().read { db in try Self.source(db, reference).source.type }
        let info = try connectors().find(type)
        return try store().read { db in
            let (domain, source) = try Self.source(db, reference)
            return try SourceDocument(db, domain, source, info, now)
        }
    }
}
