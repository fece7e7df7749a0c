internal import ArgumentParser

/// Disables a source: it keeps settings and entries, and no run reads it.
struct SourceDisable: Verb {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Disable a source; it keeps its settings and entries.")

    @Argument(help: "The source, DOMAIN/TYPE.") var source: DomainReference
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer { try SourceSwitch.set(false, source, session) }
}
