internal import RollcallConnectors
internal import RollcallCore

/// Log lines on standard error, as `log.level` and `log.format` say. What a connector logs goes through here: one line each,
/// whatever it holds.
struct LogLines {
    private struct Line: Encodable {
        let time: Timestamp
        let level: String
        let source: String
        let message: String
    }

    private let console: Console
    private let isJSON: Bool
    private let least: LogLevel
    private let isSilent: Bool

    init(_ session: Session) {
        console = session.console
        isJSON = session.configuration.text("log.format") == "json"
        let level = session.configuration.text("log.level") ?? "info"
        isSilent = level == "critical"
        least =
            switch level {
            case "trace", "debug": .debug
            case "info", "notice": .info
            case "warning": .warn
            default: .error
            }
    }

    func write(_ level: LogLevel, source: String, _ text: String) {
        guard !isSilent, level >= least else { return }
        let name =
            switch level {
            case .debug: "debug"
            case .info: "info"
            case .warn: "warning"
            case .error: "error"
            }
        if isJSON {
            let line = Line(time: Session.clock(), level: name, source: source, message: text)
            if let bytes = try? JSONText.encode(line, pretty: false) {
                console.raw(String(decoding: bytes, as: UTF8.self))
            }
        } else {
            console.note("\(Session.clock()) \(name) \(source): \(shown(text))")
        }
    }
}
