internal import FoundationEssentials
internal import Glibc
internal import Logging
internal import RollcallCore
internal import Synchronization

/// The one place where log lines leave the process: to standard error, text or JSON, one line each, and without any
/// secret that the process has had in its hands. Under the journal a line carries its priority and no time, as the
/// journal has its own.
final class LogSink: Sendable {
    static let shared = LogSink()

    struct Settings: Sendable {
        var level = Logger.Level.info
        var isJSON = false
    }

    private let settings = Mutex(Settings())
    private let isJournal = LogSink.standardErrorIsJournal()

    func set(_ settings: Settings) { self.settings.withLock { $0 = settings } }

    var level: Logger.Level { settings.withLock { $0.level } }

    func write(_ level: Logger.Level, _ message: String, _ fields: [(name: String, value: String)]) {
        let settings = settings.withLock { $0 }
        guard level >= settings.level else { return }
        let time = isJournal ? nil : Timestamp(seconds: Int64(time(nil)))
        let text =
            settings.isJSON
            ? LogLine.json(level, time, message, fields) : LogLine.text(level, time, message, fields)
        let prefix = isJournal ? "<\(Self.priority(level))>" : ""
        // Console redacts.
        Console().note(prefix + text)
    }

    private static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    /// systemd says which file the journal reads from; standard error may have been turned elsewhere since.
    private static func standardErrorIsJournal() -> Bool {
        guard let text = getenv("JOURNAL_STREAM") else { return false }
        let parts = String(cString: text).split(separator: ":")
        var status = stat()
        guard parts.count == 2, fstat(STDERR_FILENO, &status) == 0 else { return false }
        return UInt64(parts[0]) == UInt64(status.st_dev) && UInt64(parts[1]) == UInt64(status.st_ino)
    }
}

/// A line as people and as programs read it.
enum LogLine {
    static func text(
        _ level: Logger.Level, _ time: Timestamp?, _ message: String, _ fields: [(name: String, value: String)]
    ) -> String {
        let head = time.map { "\($0) \(level.rawValue) " } ?? ""
        return head + shown(message) + fields.map { " \($0.name)=\(value($0.value))" }.joined()
    }

    static func json(
        _ level: Logger.Level, _ time: Timestamp?, _ message: String, _ fields: [(name: String, value: String)]
    ) -> String {
        var object: [String: String] = [:]
        for (name, value) in fields { object[name] = value }
        if let time { object["time"] = "\(time)" }
        object["level"] = level.rawValue
        object["message"] = message
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(object)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private static func value(_ text: String) -> String {
        let text = shown(text)
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3D }
        guard !isPlain else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted.unicodeScalars.append("\\") }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}

extension LogSink.Settings {
    init(_ configuration: Configuration) {
        level = configuration.text("log.level").flatMap(Logger.Level.init(rawValue:)) ?? .info
        isJSON = configuration.text("log.format") == "json"
    }
}
