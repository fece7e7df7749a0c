internal import RollcallCore

/// Several runs, one a line.
enum RunTable {
    static func lines(_ runs: [RunSummary]) -> [String] {
        var table = Table(["RUN", "SOURCE", "STARTED", "KIND", "OUTCOME", "OPERATIONS"], none: "There are no runs.")
        for run in runs {
            table.add([
                run.id, "\(run.domain)/\(run.source)", run.startedAt.description, run.kind.rawValue,
                RunLines.outcome(run), RunLines.operations(run.counts),
            ])
        }
        return table.lines
    }
}
