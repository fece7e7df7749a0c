internal import RollcallCore
internal import RollcallStore

/// What must hold before something is changed.
extension Session {
    /// A source that a run is working on is not to be pulled from under it.
    func requireIdle(_ db: any Database, _ source: Source) throws {
        guard let lease = try Leases.holder(db, source: source.id, at: now) else { return }
        throw Failure(
            .busy, "The source of type \(source.type) is busy: \(lease.what), process \(lease.process.pid).",
            hint: "Wait for its end, or `rollcall sync cancel` its run.")
    }
}
