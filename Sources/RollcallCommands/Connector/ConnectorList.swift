internal import ArgumentParser
internal import RollcallConnectors

/// All connectors that were found, also those that may not be used, each with the reason.
struct ConnectorList: Verb {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the connectors.")

    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let found = try session.connectors().catalog.scan()
        let folders = session.configuration.connectorFolders.joined(separator: ", ")
        var table = Table(
            ["ID", "NAME", "VERSION", "STATE", "LIBRARY"], none: "There are no connectors in \(folders).")
        for info in found { table.add([info.id, info.name, info.version, info.state.rawValue, info.library]) }
        let reasons = found.filter { $0.state != .ready }.map { "! \($0.id): \(shown($0.reason ?? $0.state.rawValue))" }
        return Answer(found.map(ConnectorDocument.init), lines: table.lines + reasons)
    }
}
