internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// Runs in a table.
enum RunTablePart {
    static func html(_ runs: [RunSummary], withDomain: Bool = false, empty: HTML) -> HTML {
        let rows = runs.map { run -> [HTML] in
            var cells: [HTML] = ["<a href=\"/runs/\(run.id)\">\(Text.time(run.startedAt))</a>"]
            if withDomain { cells.append("<a href=\"/domains/\(Escape.url(run.domain))/history\">\(run.domain)</a>") }
            let counts = run.counts
            cells += [
                "\(run.kind.rawValue) by <bdi>\(run.startedBy)</bdi>", Text.outcome(run),
                "<span class=\"add\">+\(counts.accounts.add + counts.aliases.add + counts.lists.add + counts.members.add)</span>",
                "<span class=\"update\">~\(counts.accounts.update + counts.lists.update + counts.aliases.move)</span>",
                "<span class=\"delete\">−\(counts.accounts.delete + counts.aliases.delete + counts.lists.delete + counts.members.delete)</span>",
                "\(Text.took(run))", "\(why(run))",
            ]
            return cells
        }
        let heading =
            ["When"] + (withDomain ? ["Domain"] : []) + [
                "What", "Outcome", "Added", "Changed", "Removed", "Took", "Why",
            ]
        return Grid.html("Runs", heading, rows, empty: empty)
    }

    private static func why(_ run: RunSummary) -> String {
        if let problem = run.problem { return problem.text }
        let held = run.outcome == .held || run.outcome == .previewed ? run.held.first.map(Text.held) : nil
        return held ?? run.warnings.first ?? ""
    }
}
