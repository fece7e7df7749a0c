package import RollcallCore
internal import RollcallStore

extension SyncService {
    /// A run of the history.
    package func run(id: String) throws -> RunSummary { try find(run: id).summary }

    /// Each operation of a run's plan, in the order of the plan: one after another, for there may be a million.
    package func forEachOperation(run id: String, _ body: (Operation) throws -> Void) throws {
        let run = try find(run: id).summary
        let now = environment.now()
        try environment.store.read { db in
            let hits = try OperationHits(db, domain: run.domain, at: now)
            try PlanReader.forEachChange(db, run: id) { item in
                try item.change.forEachOperation { try body(hits.filled($0)) }
            }
        }
    }
}
