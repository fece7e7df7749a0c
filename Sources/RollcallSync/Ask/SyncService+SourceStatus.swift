internal import RollcallCore
package import RollcallStore

extension SyncService {
    /// How one source stands.
    package func status(domain: Domain, source: Source) throws -> SourceStatus {
        let quarantined = environment.quarantinedConnectors()
        return try environment.store.read { try status($0, domain, source, quarantined, environment.now()) }
    }
}
