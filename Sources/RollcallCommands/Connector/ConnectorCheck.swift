internal import ArgumentParser
internal import RollcallConnectors

/// Runs the conformance kit on a library: everything that its author wants to know before a user does.
struct ConnectorCheckCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Run the conformance kit on a connector's library; exits 1 if it does not conform.")

    @Argument(help: "The library; its manifest lies beside it.") var file: String
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("A setting to open the connector with; may be repeated.", valueName: "key=value"))
    var settings: [String] = []
    @OptionGroup var options: GlobalOptions

    struct Document: Encodable {
        let ok: Bool
        let library: String
        let results: [CheckResult]
    }

    func answer(_ session: Session) throws -> Answer {
        let library = try LibraryArgument.path(file)
        let pairs = try LibraryArgument.settings(settings)
        let progress = ProgressLine(session.console)
        let check = ConnectorCheck(executable: session.configuration.layout.executable)
        let results = check.run(library, settings: pairs) { progress.show("\($0.test): \($0.verdict.rawValue)") }
        progress.clear()
        let ok = ConnectorCheck.conforms(results)
        var table = Table(["TEST", "RESULT", ""], none: "Nothing was tested.")
        for result in results { table.add([result.test, result.verdict.rawValue, result.text]) }
        return Answer(
            Document(ok: ok, library: library, results: results),
            lines: table.lines + [ok ? "It conforms." : "It does not conform."], exitCode: ok ? 0 : 1)
    }
}
