package import RollcallCore
internal import RollcallStore

extension SyncService {
    /// What a list would do if it were posted: a preview that reads it in place of the one that is kept. Nothing is left
    /// that could be applied: the plan is given up, and the next run reads the kept list in full.
    package func rehearse(_ name: SourceName, posted: [UInt8], by person: String) throws -> RunSummary {
        var options = RunOptions(startedBy: person)
        options.kind = .preview
        options.isFull = true
        options.posted = posted
        let shown = try run(name, options)
        try environment.store.write { db in
            guard var record = try Runs.find(db, id: shown.id) else { return }
            // The mirror now holds a list that nobody keeps.
            try Sources.setState(db, record.source, state: nil)
            if record.summary.outcome == .previewed {
                record.summary.outcome = .cancelled
                record.summary.warnings.append("A rehearsal of a list that was not kept; it cannot be applied.")
                try Runs.update(db, record)
            }
        }
        return shown
    }
}
