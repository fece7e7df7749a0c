package import Logging

extension Logger.Level {
    /// A connector's level in the host's log.
    package init(_ level: LogLevel) {
        self =
            switch level {
            case .debug: .debug
            case .info: .info
            case .warn: .warning
            case .error: .error
            }
    }
}
