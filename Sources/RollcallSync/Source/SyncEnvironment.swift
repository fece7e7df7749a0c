package import RollcallConnectors
package import RollcallCore
package import RollcallStore

/// What every run needs of the world: the store, the connectors, the keys, the clock.
package struct SyncEnvironment: Sendable {
    package var store: Store
    package var catalog: Catalog
    /// Opened when a secret is wanted, so that what needs none works while the ring is away ("sealed").
    package var keyRing: @Sendable () throws -> KeyRing
    package var limits: WorkerLimits
    package var networks: NetworkPolicy
    /// The program to start as `worker`.
    package var executable: String
    package var now: @Sendable () -> Timestamp
    /// What the operator's configuration gives to a connector (`connectors.ID.NAME`) for sources that work by consent:
    /// the operator's own app registration.
    package var operatorSettings: @Sendable (_ connector: String) throws -> [OperatorSetting] = { _ in [] }

    package struct OperatorSetting: Sendable {
        package var name: String
        package var value: String
        package var isSecret: Bool

        package init(name: String, value: String, isSecret: Bool) {
            self.name = name
            self.value = value
            self.isSecret = isSecret
        }
    }

    package init(
        store: Store, catalog: Catalog, keyRing: @escaping @Sendable () throws -> KeyRing, limits: WorkerLimits,
        networks: NetworkPolicy, executable: String, now: @escaping @Sendable () -> Timestamp
    ) {
        self.store = store
        self.catalog = catalog
        self.keyRing = keyRing
        self.limits = limits
        self.networks = networks
        self.executable = executable
        self.now = now
    }
}

/// Names a source as people do: `DOMAIN`, meaning the one of the domain's server type, or `DOMAIN/TYPE`.
package struct SourceName: Sendable, Equatable, CustomStringConvertible {
    package var domain: String
    package var type: String?

    package init(domain: String, type: String? = nil) {
        self.domain = domain
        self.type = type
    }

    package init(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1)
        self.init(domain: String(parts.first ?? ""), type: parts.count > 1 ? String(parts[1]) : nil)
    }

    package var description: String { type.map { "\(domain)/\($0)" } ?? domain }
}
