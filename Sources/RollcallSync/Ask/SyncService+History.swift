package import RollcallCore
internal import RollcallStore

extension SyncService {
    /// A run of the history.
    package func run(id: String) throws -> RunSummary { try find(run: id).summary }

    /// Each operation of a run's plan, in the order of the plan: one after another, for there may be a million.
    package func forEachOperation(run id: String, _ body: (Operation) throws -> Void) throws {
        _ = try find(run: id)
        try environment.store.read { db in
            try PlanReader.forEachChange(db, run: id) { try $0.change.forEachOperation(body) }
        }
    }
}
