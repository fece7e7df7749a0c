internal import Logging

/// What libraries and our own parts log by swift-log, sent to the one sink. The level is the sink's, so that it can be
/// changed while the program serves.
struct SinkHandler: LogHandler {
    let label: String
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level {
        get { LogSink.shared.level }
        // Per-logger levels would outlive a change of the configuration.
        set {}
    }

    static func bootstrap() { LoggingSystem.bootstrap { SinkHandler(label: $0) } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = event.metadata.map { metadata.merging($0) { $1 } } ?? metadata
        LogSink.shared.write(
            event.level, "\(event.message)", all.sorted { $0.key < $1.key }.map { (name: $0.key, value: "\($0.value)") }
        )
    }
}
