internal import RollcallConnectors
internal import RollcallCore
internal import RollcallSync

/// Shows on the terminal how far a run is.
final class RunProgress: RunObserver {
    private let line: ProgressLine
    private let name: String
    private var current = RunPhase.connecting

    private var journal: ConnectorLog

    init(_ name: String, _ session: Session) {
        self.name = name
        line = ProgressLine(session.console)
        journal = ConnectorLog(source: name)
    }

    func began(_ run: RunSummary) { journal.run = run.id }

    func phase(_ phase: RunPhase) {
        current = phase
        line.show("\(name): \(phase.rawValue)")
    }

    func progress(done: UInt64, total: UInt64) {
        line.show("\(name): \(current.rawValue), \(done)" + (total > 0 ? " of \(total)" : ""))
    }

    func waiting(milliseconds: UInt64) {
        line.show("\(name): the directory asks to wait \((milliseconds + 999) / 1000) s")
    }

    func log(level: LogLevel, line text: String) {
        line.clear()
        journal.write(level, text)
    }

    func clear() { line.clear() }
}
