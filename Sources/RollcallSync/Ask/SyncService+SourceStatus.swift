internal import RollcallCore
package import RollcallStore

extension SyncService {
    /// How one source stands.
    package func status(domain: Domain, source: Source) throws -> SourceStatus {
        try environment.store.read { try status($0, domain, source, environment.now()) }
    }
}
