internal import RollcallCore

/// A run for people.
enum RunLines {
    static func lines(_ run: RunSummary) -> [String] {
        var facts = Facts()
        facts.add("Run", run.id)
        facts.add("Source", "\(run.domain)/\(run.source), connector \(run.connector) \(run.version)")
        facts.add("Outcome", outcome(run))
        facts.add("Kind", "\(run.kind.rawValue), \(run.mode.rawValue), by \(run.startedBy)")
        facts.add("Time", run.startedAt.description + (run.finishedAt.map { " to \($0)" } ?? ", not finished"))
        facts.add(
            "Read",
            "\(run.read.objects) objects, \(run.read.memberships) memberships, \(run.read.changed) changed, "
                + (run.read.complete ? "complete" : "not complete"))
        facts.add("Operations", operations(run.counts))
        facts.add("Left out", leftOut(run.leftOut))
        facts.add(
            "Edition",
            run.edition.from == run.edition.to ? "\(run.edition.to)" : "\(run.edition.from) to \(run.edition.to)")
        facts.add("Held by", run.held.map { "\($0.limit): \($0.planned) of \($0.of), allowed \($0.allowed)" })
        facts.add("Problem", run.problem.map { "\($0.text)" })
        facts.add("Detail", run.problem?.detail)
        facts.add("Warnings", run.warnings)
        facts.add("Approved", run.approvedBy.map { "by \($0)" + (run.approvedAt.map { " at \($0)" } ?? "") })
        facts.add("Takes back", run.undoes)
        facts.add("Taken back by", run.undoneBy)
        return facts.lines
    }

    static func outcome(_ run: RunSummary) -> String {
        run.outcome == .previewed && !run.held.isEmpty ? "previewed, would be held" : run.outcome.rawValue
    }

    static func operations(_ counts: OperationCounts) -> String {
        let parts = [
            part(
                "accounts", [("+", counts.accounts.add), ("~", counts.accounts.update), ("-", counts.accounts.delete)]),
            part("aliases", [("+", counts.aliases.add), ("-", counts.aliases.delete), (">", counts.aliases.move)]),
            part("lists", [("+", counts.lists.add), ("~", counts.lists.update), ("-", counts.lists.delete)]),
            part("members", [("+", counts.members.add), ("-", counts.members.delete)]),
        ].compactMap { $0 }
        return parts.isEmpty ? "none" : "\(counts.total): " + parts.joined(separator: ", ")
    }

    private static func part(_ name: String, _ numbers: [(String, Int)]) -> String? {
        let set = numbers.filter { $0.1 != 0 }.map { "\($0.0)\($0.1)" }
        return set.isEmpty ? nil : name + " " + set.joined(separator: " ")
    }

    private static func leftOut(_ left: LeftOut) -> String {
        let parts = [
            (left.foreign, "foreign"), (left.excluded, "excluded"), (left.invalid, "invalid"), (left.clash, "clash"),
            (left.disabled, "disabled"), (left.noAddress, "without address"),
        ].filter { $0.0 != 0 }.map { "\($0.0) \($0.1)" }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }
}
