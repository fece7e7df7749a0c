internal import ArgumentParser
internal import RollcallStore

/// Enables a source that was disabled.
struct SourceEnable: Verb {
    static let configuration = CommandConfiguration(commandName: "enable", abstract: "Enable a source.")

    @Argument(help: "The source, DOMAIN/TYPE.") var source: DomainReference
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer { try SourceSwitch.set(true, source, session) }
}

/// What `enable` and `disable` have in common.
enum SourceSwitch {
    static func set(_ on: Bool, _ reference: DomainReference, _ session: Session) throws -> Answer {
        try session.store().write { db in
            try Sources.setEnabled(db, Session.source(db, reference).source.id, on)
        }
        let document = try session.sourceDocument(reference)
        return Answer(document, "\(document.domain)/\(document.type) is \(on ? "enabled" : "disabled").")
    }
}
