internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// The door to everything that touches a source.
extension Session {
    func sync() throws -> SyncService {
        let store = try store()
        let (keys, clock) = (configuration.keys, { @Sendable in Session.clock() })
        var environment = SyncEnvironment(
            store: store, catalog: try connectors().catalog,
            keyRing: { try KeyRing.open(KeyLocation(keys), for: store, at: clock()) }, limits: workerLimits(),
            networks: try networks(), executable: configuration.layout.executable, now: clock)
        let configuration = configuration
        environment.operatorSettings = { try configuration.operatorSettings($0) }
        return SyncService(environment)
    }
}

extension Configuration {
    /// What `connectors.ID.NAME` gives to the connector ID; secrets are followed to where they are.
    func operatorSettings(_ connector: String) throws -> [SyncEnvironment.OperatorSetting] {
        let prefix = "connectors.\(connector)."
        return try ConfigurationKey.all.filter { $0.name.hasPrefix(prefix) }.compactMap { key in
            let name = String(key.name.dropFirst(prefix.count))
            if case .reference = key.kind {
                return try secret(key.name).map {
                    .init(name: name, value: String(decoding: $0, as: UTF8.self), isSecret: true)
                }
            }
            return text(key.name).map { .init(name: name, value: $0, isSecret: false) }
        }
    }
}

/// What a run comes to on the command line: its JSON or its table, a hint what to do next, its exit code.
extension Answer {
    init(run: RunSummary, exitCode: Int32? = nil) {
        self.init(run, lines: RunLines.lines(run), exitCode: exitCode ?? run.exitCode)
        switch run.outcome {
        case .held:
            hint =
                "Look at it with `rollcall run show \(run.id) --operations`, then "
                + "`rollcall sync approve \(run.id)` or `rollcall sync cancel \(run.id)`."
        case .previewed:
            hint = "Every operation: `rollcall run show \(run.id) --operations`."
        case .failed where run.problem?.field != nil:
            hint = "Set \(run.problem?.field ?? "") right: `rollcall source show \(run.domain)/\(run.source)`."
        default: break
        }
    }
}
