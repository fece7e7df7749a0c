internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore

/// Prepares a connector's job: the connector by the catalogue, settings checked against its tab, secrets opened.
struct WorkerJob {
    let environment: SyncEnvironment
    let context: SourceContext
    let connector: ConnectorInfo
    private let settings: [(name: String, value: String)]
    /// Read in place of the list that was posted last.
    private let posted: [UInt8]?

    init(_ environment: SyncEnvironment, _ context: SourceContext, posted: [UInt8]? = nil) throws {
        self.posted = posted
        self.environment = environment
        self.context = context
        connector = try environment.catalog.connector(context.source.type)
        let stored = context.source.settings
        settings =
            (connector.tab?.effective(settings: stored) ?? stored.map { (name: $0.key, value: $0.value) })
            .sorted { $0.name < $1.name }
    }

    /// What a person must still fill in or mend before the connector can be asked, if anything.
    func problem() throws -> Problem? {
        guard let tab = connector.tab else { return nil }
        let secrets = try environment.store.read { db in
            Set(try Secrets.list(db, owner: .source(context.source.id)).map(\.field))
        }
        return tab.validate(settings: context.source.settings, secrets: secrets).first
    }

    /// What a read's state is good for: it is of no use to another connector, or for other settings.
    var stateTags: (connector: String, settings: String) {
        var bytes: [UInt8] = []
        for (name, value) in settings {
            bytes.append(text: name)
            bytes.append(text: value)
        }
        let digest = bytes.withUnsafeBytes { Digest128(of: $0) }
        return ("\(connector.id) \(connector.version)", String(digest.high, radix: 16) + String(digest.low, radix: 16))
    }

    func start() throws -> Worker {
        let (store, domain) = (environment.store, context.domain.id)
        // Only where people grant access to the operator's app: no other form may have the operator's secret.
        let operators =
            connector.tab?.wantsConsent(context.source.settings) == true
            ? try environment.operatorSettings(connector.id) : []
        func pairs(secret: Bool) -> [(name: String, value: String)] {
            operators.filter { $0.isSecret == secret }.map { (name: "operator.\($0.name)", value: $0.value) }
        }
        return try Worker(
            connector, settings: settings + pairs(secret: false), secrets: try secrets() + pairs(secret: true),
            posted: { [posted] in try posted ?? store.read { try PostedLists.get($0, domain: domain)?.data } },
            limits: environment.limits, networks: environment.networks, executable: environment.executable)
    }

    /// Stores what the connector won (a rotated token, a learned tenant), durably, before it is told so.
    func save(field: String, value: String) throws {
        guard let declared = connector.tab?.field(field) else {
            throw SyncFailure(
                .notAllowed, "The connector \(connector.id) saves “\(field)”, which its tab does not declare.")
        }
        let environment = environment
        let source = context.source.id
        let ring = declared.isSecret ? try environment.keyRing() : nil
        try environment.store.write { db in
            if let ring {
                try Secrets.set(
                    db, ring, owner: .source(source), field: field, Secret(value), at: environment.now())
            } else {
                try Sources.set(db, source, host: false, field, value)
            }
        }
    }

    /// Fails where the source has secrets that cannot be opened.
    func requireKeys() throws { _ = try secrets() }

    private func secrets() throws -> [(name: String, value: String)] {
        let owner = SecretOwner.source(context.source.id)
        let fields = try environment.store.read { try Secrets.list($0, owner: owner).map(\.field) }
        guard !fields.isEmpty else { return [] }
        let ring = try environment.keyRing()
        return try environment.store.read { db in
            try Secrets.openAll(db, ring, owner: owner).map { (name: $0.field, value: $0.secret.revealed) }
        }
    }
}
