internal import Logging
internal import RollcallConnectors

/// What a connector logs in a run from the command line.
struct ConnectorLog {
    var run: String?
    let source: String

    func write(_ level: LogLevel, _ text: String) {
        LogSink.shared.write(
            Logger.Level(level), text,
            (run.map { [(name: "run", value: $0)] } ?? []) + [(name: "source", value: source)])
    }
}
