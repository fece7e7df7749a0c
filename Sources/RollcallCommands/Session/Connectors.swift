internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore

/// The connectors of this installation, as the verbs ask for them.
struct Connectors {
    let catalog: Catalog

    /// One as the catalog found it, in whatever state; `nil` where there is none.
    func find(_ id: String) throws -> ConnectorInfo? {
        catalog.scan().first { $0.id == id && $0.state != .doubled }
    }

    /// One that can be used, or why not. All that a connector can be at fault with before it runs takes a person.
    func ready(_ id: String) throws -> ConnectorInfo {
        do {
            return try catalog.connector(id)
        } catch {
            let state = try find(id)?.state
            throw Failure(
                state == nil ? .badSettings : .denied, error.problem.text, hint: error.hint, field: "type", exitCode: 4)
        }
    }

    func requireReady(_ id: String) throws { _ = try ready(id) }
}

/// Pins and quarantine as the store keeps them. A store that cannot be read lets no connector through that needs a pin,
/// and the command fails with the store's own error soon enough.
private struct StoredPins: PinBook {
    let store: Store

    func pinned(_ id: String) -> String? { try? store.read { try Pins.pinned($0, connector: id) } }

    func quarantine(_ id: String, sha256: String) -> String? {
        try? store.read { try Quarantine.reason($0, connector: id, sha256: sha256) }
    }
}

extension Session {
    func connectors() throws -> Connectors {
        if let openConnectors { return openConnectors }
        let word = configuration.text("connectors.policy") ?? "root"
        guard let policy = TrustPolicy(word, keys: configuration.values["connectors.keys"]?.items ?? []) else {
            throw Failure(
                .configuration, "The policy \(word) needs public keys in connectors.keys: Ed25519, in base64.",
                field: "connectors.keys")
        }
        let store = try store()
        let catalog = Catalog(
            paths: configuration.connectorFolders, policy: policy, pins: StoredPins(store: store),
            cache: folder(of: store.location.path) + "/connectors.cache",
            executable: configuration.layout.executable)
        let connectors = Connectors(catalog: catalog)
        openConnectors = connectors
        return connectors
    }

    private func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The configuration's limits; tests shorten them by environment.
    func workerLimits() -> WorkerLimits {
        let plain = WorkerLimits()
        var limits = WorkerLimits.standard()
        if limits.memory == plain.memory { limits.memory = UInt64(configuration.bytes("sync.worker.memory")) }
        if limits.stall == plain.stall { limits.stall = UInt64(configuration.seconds("sync.worker.stall")) * 1000 }
        return limits
    }

    func networks() throws -> NetworkPolicy {
        guard let policy = NetworkPolicy(blocks: configuration.values["sync.networks"]?.items ?? ["any"]) else {
            throw Failure(.configuration, "sync.networks cannot be used.", field: "sync.networks")
        }
        return policy
    }
}
