internal import ArgumentParser
internal import RollcallConnectors
internal import RollcallCore

/// One connector with the settings that it asks for.
struct ConnectorShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a connector and the settings that it asks for.")

    @Argument(help: "The connector's id.") var id: String
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let connectors = try session.connectors()
        // `ready` says of a missing one where it was looked for, and what may have been meant.
        let info = try connectors.find(id) ?? connectors.ready(id)
        var facts = Facts()
        facts.add("Connector", "\(info.id), \(info.name) \(info.version)")
        facts.add("State", info.state.rawValue)
        facts.add("Reason", info.reason)
        facts.add("Publisher", info.publisher)
        facts.add("Licence", info.licence)
        facts.add("Interface", info.abi)
        facts.add("Library", info.library)
        facts.add("SHA-256", info.sha256)
        facts.add("Needs", info.needs)
        facts.add("Consent at", info.consentHosts)
        var table = Table(["SETTING", "TYPE", "DEFAULT", "LABEL"], none: "It asks for no settings.")
        for field in info.tab?.fields ?? [] where field.takesValue && !field.hidden {
            table.add([
                field.id, field.type.rawValue + (field.required ? ", required" : ""), field.default, field.label,
            ])
        }
        return Answer(ConnectorDocument(info: info), lines: facts.lines + [""] + table.lines)
    }
}
