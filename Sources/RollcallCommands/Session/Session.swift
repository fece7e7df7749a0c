internal import FoundationEssentials
internal import Glibc
internal import RollcallCore
internal import RollcallStore

/// What a verb works with: the configuration first, everything else when it is asked for. A verb that only reads the
/// configuration never touches the store; without a store yet, the first that needs it makes one.
final class Session {
    let console = Console()
    let json: Bool
    let configuration: Configuration
    private var openStore: Store?
    private var givenActor: String?
    /// Runs that were ended by this command: their reports are tried once it has answered.
    var told: [RunSummary] = []
    var openConnectors: Connectors?

    init(_ options: GlobalOptions) throws(Failure) {
        json = options.json
        configuration = try Configuration.load(
            option: options.config, environment: ProcessInfo.processInfo.environment, layout: Layout.current())
        LogSink.shared.set(.init(configuration))
    }

    /// For what is done in somebody's name by a program that is running already.
    init(_ configuration: Configuration, store: Store, actor: String) {
        json = true
        self.configuration = configuration
        openStore = store
        givenActor = actor
    }

    static func clock() -> Timestamp { Timestamp(seconds: Int64(time(nil))) }
    var now: Timestamp { Self.clock() }

    /// Who does it, for the history: `cli:root`.
    var actor: String {
        if let givenActor { return givenActor }
        guard let entry = getpwuid(geteuid()), let name = entry.pointee.pw_name else { return "cli:\(geteuid())" }
        return "cli:" + String(cString: name)
    }

    func location() throws -> StoreLocation { try StoreLocation(configuration.store) }

    func store() throws -> Store {
        if let openStore { return openStore }
        let store = try Store.open(location())
        openStore = store
        return store
    }

    func keyRing() throws -> KeyRing {
        try KeyRing.open(KeyLocation(configuration.keys), for: store(), at: now)
    }
}
