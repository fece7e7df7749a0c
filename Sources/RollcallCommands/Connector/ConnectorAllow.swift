internal import ArgumentParser
internal import RollcallConnectors
internal import RollcallStore

/// Allows just this file of a connector: pins its digest, and frees it from quarantine.
struct ConnectorAllow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "allow", abstract: "Allow a connector's file as it is now, and free it from quarantine.")

    @Argument(help: "The connector's id.") var id: String
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let connectors = try session.connectors()
        let info = try connectors.find(id) ?? connectors.ready(id)
        guard !info.sha256.isEmpty else {
            throw Failure(
                .denied, "The connector \(id) cannot be allowed: \(info.reason ?? "its file cannot be read").",
                hint: "Mend that first; an allowed file must still belong to the right user.")
        }
        try session.store().write { db in
            try Pins.pin(db, connector: info.id, sha256: info.sha256)
            try Quarantine.clear(db, connector: info.id)
        }
        let now = try connectors.find(id) ?? info
        guard now.state == .ready else {
            throw Failure(
                .denied, "The connector \(id) is allowed, but still \(now.state.rawValue): \(now.reason ?? "").")
        }
        return Answer(ConnectorDocument(info: now), "The connector \(id) \(now.version) is allowed: \(now.sha256).")
    }
}
