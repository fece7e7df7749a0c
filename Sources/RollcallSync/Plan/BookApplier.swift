internal import RollcallCore
internal import RollcallStore

/// Writes a saved plan into the book, within the transaction that it is given: first what goes or changes its key, then
/// what comes, so that addresses may be swapped.
struct BookApplier {
    let db: any Database
    let domain: Int64
    let additions: BookAdditions

    func apply(run: String) throws {
        let writer = try BookWriter(db, domain: domain)
        var hasRemovals = false
        try forEachChange(of: run) { view in if view.before != nil { hasRemovals = true } }
        if hasRemovals {
            try forEachChange(of: run) { view in
                guard let before = view.before else { return }
                if let after = view.after, after.key.isEqual(to: before.key) { return }
                try writer.delete(key: before.key)
            }
        }
        try forEachChange(of: run) { try additions.put($0) }
    }

    private func forEachChange(of run: String, _ body: (ChangeView) throws -> Void) throws {
        try PlanReader.forEachChange(db, run: run, body)
    }
}
