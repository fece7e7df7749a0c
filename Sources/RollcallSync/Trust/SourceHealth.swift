internal import RollcallConnectors
internal import RollcallCore
package import RollcallStore

/// Whether a source can be believed about what is not there any more. While it fails, or its connector is quarantined,
/// nothing that it owns is deleted: not even what was deleted before, and is only waiting for its grace to end.
package enum SourceHealth: String, Codable, Sendable {
    case fine, failing, quarantined

    /// - Parameter quarantined: the ids of connectors that are not to be run.
    package static func of(_ db: any Database, _ source: Source, quarantined: Set<String>) throws -> SourceHealth {
        if quarantined.contains(source.type) { return .quarantined }
        return try FailingSources.find(db, source: source.id) == nil ? .fine : .failing
    }
}

extension SyncEnvironment {
    /// The connectors that are quarantined now.
    package func quarantinedConnectors() -> Set<String> {
        Set(catalog.scan().filter { $0.state == .quarantined }.map(\.id))
    }
}

/// The owners in one domain's book that nothing may be deleted from, asked once each.
package final class UnhealthyOwners {
    private let db: any Database
    private let quarantined: Set<String>
    private var known: [Int64: Bool] = [:]

    /// - Parameter healthy: a source that has just been read well, whatever its history says.
    package init(_ db: any Database, quarantined: Set<String>, healthy: Int64? = nil) {
        self.db = db
        self.quarantined = quarantined
        known[OwnerID.manual] = false
        if let healthy { known[healthy] = false }
    }

    package func contains(_ owner: Int64) throws -> Bool {
        if let known = known[owner] { return known }
        let isUnhealthy = try Sources.find(db, id: owner).map {
            try SourceHealth.of(db, $0, quarantined: quarantined) != .fine
        }
        known[owner] = isUnhealthy ?? false
        return isUnhealthy ?? false
    }
}
