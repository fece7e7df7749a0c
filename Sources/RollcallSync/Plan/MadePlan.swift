internal import RollcallCore
internal import RollcallStore

/// A finished plan: what it comes to, the digest that an approval is bound to, and what it was made from.
struct MadePlan {
    var outcome: PlanOutcome
    var digest: [UInt8]
    var mirror: Int64
    var edition: Int64
    /// Operations of a run to be taken back that no longer fit the book.
    var unfit: [String] = []

    var isEmpty: Bool { outcome.changes == 0 }

    var warnings: [String] {
        var warnings = unfit + outcome.notes
        if outcome.noteCount > outcome.notes.count {
            warnings.append("… and \(outcome.noteCount - outcome.notes.count) more of this kind.")
        }
        if outcome.kept > 0 {
            warnings.append("\(outcome.kept) addresses are gone from the directory and kept, as the setting says.")
        }
        return warnings
    }

    func held(_ limits: Limits) -> [Held] {
        var held = Guard.verdict(outcome.counts, outcome.facts, limits)
        if !unfit.isEmpty {
            held.append(Held(limit: "undo", allowed: "0", planned: unfit.count, of: unfit.count + outcome.changes))
        }
        return held
    }
}

extension PlanMaker {
    /// Makes the plan that this run is for, keeping its changes in the history under `run`, or only its digest.
    /// - Parameter book: an empty book that takes the changes as they are made.
    func make(_ purpose: PlanPurpose, keepAs run: String?, into book: BookAdditions? = nil) throws -> MadePlan {
        let edition = try Editions.current(db, domain: context.domain.id)
        let writer = PlanWriter(db, run: run, source: context.source.key, edition: edition, book: book)
        defer { writer.settle() }
        var unfit: [String] = []
        let outcome: PlanOutcome
        switch purpose {
        case .sync: outcome = try syncPlan(writer)
        case .undo(let undone): outcome = try undoPlan(of: undone, writer, unfit: &unfit)
        }
        return MadePlan(
            outcome: outcome, digest: try writer.finish(), mirror: context.source.mirrorVersion, edition: edition,
            unfit: unfit)
    }
}

/// What a plan is for: the one way from a purpose to changes, for the run itself and for its approval later.
enum PlanPurpose {
    case sync
    case undo(run: String)

    init(_ summary: RunSummary) {
        if let run = summary.undoes { self = .undo(run: run) } else { self = .sync }
    }
}
