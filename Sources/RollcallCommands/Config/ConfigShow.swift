internal import ArgumentParser

/// Every setting with its origin, to answer "why does it do that".
struct ConfigShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show every setting and where its value comes from. Secrets are not shown.")

    @OptionGroup var options: GlobalOptions

    struct Document: Encodable {
        let file: String?
        let prefix: String
        let settings: [Configuration.Line]
    }

    func answer(_ session: Session) throws -> Answer {
        let lines = session.configuration.shownLines
        var table = Table(["KEY", "VALUE", "FROM"], none: "")
        for line in lines { table.add([line.key, line.value, line.place ?? line.origin]) }
        return Answer(
            Document(file: session.configuration.file, prefix: session.configuration.layout.prefix, settings: lines),
            lines: table.lines)
    }
}
