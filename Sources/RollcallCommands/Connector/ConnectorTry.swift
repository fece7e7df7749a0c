internal import ArgumentParser
internal import FoundationEssentials
internal import RollcallConnectors
internal import RollcallCore

/// Lets a connector read, and prints its records, one JSON document a line, just as it emitted them: no store, no rules,
/// no address book. For its author.
struct ConnectorTryCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "try", abstract: "Let a connector read, and print its records as JSON lines.",
        discussion: "Secrets come from standard input, one a line, in the order of --secret. Exits as a sync would.")

    @Argument(help: "The library.") var file: String
    @Option(name: .customLong("set"), help: ArgumentHelp("A setting; may be repeated.", valueName: "key=value"))
    var settings: [String] = []
    @Option(help: ArgumentHelp("A secret to read from standard input; may be repeated.", valueName: "field"))
    var secret: [String] = []
    @Option(help: ArgumentHelp("Read what has changed since this state, in base64.", valueName: "state"))
    var delta: String?
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let library = try LibraryArgument.path(file)
        let pairs = try LibraryArgument.settings(settings)
        let secrets = try readSecrets(session)
        let state = try delta.map { text in
            guard let data = Data(base64Encoded: text) else { throw Failure(.usage, "--delta is not base64.") }
            return Array(data)
        }
        let (journal, console) = (ConnectorLog(source: file), session.console)
        var buffer: [UInt8] = []
        let end = try ConnectorTry(executable: session.configuration.layout.executable).run(
            library, settings: Dictionary(pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }),
            secrets: secrets, state: state, networks: session.networks(),
            log: { journal.write($0, $1) },
            line: { line in
                buffer += line
                buffer.append(0x0A)
                // A write a record would be half of the time.
                if buffer.count > 65_536 {
                    try console.answer(buffer)
                    buffer.removeAll(keepingCapacity: true)
                }
            })
        try console.answer(buffer)
        for problem in end.problems { console.note("\(problem.class.rawValue): " + shown(problem.text)) }
        if end.status != .ok { console.note("The connector ended with \(end.status).") }
        var answer = Answer { _ in }
        answer.exitCode = end.status == .ok ? 0 : end.status.problemClass?.exitCode ?? 1
        return answer
    }

    private func readSecrets(_ session: Session) throws -> [(name: String, value: String)] {
        if secret.isEmpty { return [] }
        if session.console.inputIsTerminal {
            return try secret.map { (name: $0, value: try SecretInput.read($0, session.console)) }
        }
        let input = try session.console.input(limit: SecretInput.limit)
        let lines = input.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard lines.count >= secret.count else {
            throw Failure(.usage, "Standard input has fewer lines than there are secrets to read.")
        }
        return zip(secret, lines).map { (name: $0, value: $1) }
    }
}
