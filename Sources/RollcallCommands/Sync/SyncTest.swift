internal import ArgumentParser
internal import RollcallCore
internal import RollcallSync

/// Test Connection: connects, proves that a sync could run, shows a few records. Stores nothing.
struct SyncTest: Verb {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Test Connection: connect, and show a few records as they would look.")

    @Argument(help: "The source.") var source: DomainReference
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let name = SourceName(domain: try source.name(), type: source.type)
        let progress = RunProgress(name.description, session)
        let control = RunControl()
        let service = try session.sync()
        let report = try Interrupts.during({ control.cancel() }) {
            defer { progress.clear() }
            return try service.test(name, control: control, observer: progress)
        }
        return Answer(report, lines: Self.lines(report), exitCode: report.ok ? 0 : report.problem?.class.exitCode ?? 1)
    }

    private static func lines(_ report: ConnectionReport) -> [String] {
        var facts = Facts()
        facts.add("Connection", report.ok ? "works" : "does not work")
        facts.add("Problem", report.problem?.text)
        facts.add("Setting", report.problem?.field)
        facts.add("Detail", report.problem?.detail)
        facts.add("Warnings", report.warnings)
        for (name, value) in report.facts.sorted(by: { $0.key < $1.key }) { facts.add(name, value) }
        var lines = facts.lines
        if report.ok {
            var sample = Table(["ADDRESS", "KIND", "ALIASES"], none: "No record would come into the address book.")
            for record in report.sample {
                sample.add([record.address, record.kind, record.aliases.joined(separator: ", ")])
            }
            lines += [""] + sample.lines
        }
        if !report.leftOut.isEmpty {
            var left = Table(["LEFT OUT", "WHY", "DETAIL"], none: "")
            for record in report.leftOut { left.add([record.address, record.why, record.detail]) }
            lines += [""] + left.lines
        }
        return lines
    }
}
