internal import RollcallCore

/// A report in words: what a mail says, whatever form it is given afterwards. No address of the directory is in a
/// subject, only names that Rollcall has checked; what else comes from outside is made visible here or where it is
/// written out.
struct ReportText {
    var subject: String
    /// What happened, in a sentence each.
    var sentences: [String] = []
    /// What to do about it.
    var steps: [String] = []
    var facts: [(name: String, value: String)] = []
    var link: (title: String, url: String)?

    init(_ event: ReportEvent, baseURL: String) {
        let name = event.name
        let base = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        let tab = "\(base)/domains/\(Escape.url(event.domain))/sync/\(Escape.url(event.source))"
        switch event.event {
        case .applied, .unchanged, .held, .failed:
            subject = "Rollcall: \(name)"
            guard let run = event.run else { return }
            link = ("See the run", "\(base)/runs/\(run.id)")
            describe(run, recovered: event.recovered, page: "\(base)/runs/\(run.id)", tab: tab)
            facts = Self.facts(run)
        case .ending:
            let ending = event.ending ?? .init(what: "access", at: event.at, days: 0)
            let when =
                ending.days < 0
                ? "has ended"
                : ending.days == 0 ? "ends today" : "ends in \(NumberText.count(ending.days, "day", "days"))"
            subject = "Rollcall: \(name): \(ending.what) \(when)"
            sentences = [
                "The \(ending.what) of \(name) \(ending.days < 0 ? "ended" : "ends") on \(ending.at.description.prefix(10)).",
                "Without a new one \(ending.days < 0 ? "every sync fails" : "every sync from then on fails"); "
                    + "gateways go on with the last good edition.",
            ]
            steps = ["Renew it where it was made, then store the new one on the Sync tab and test the connection."]
            link = ("Open the Sync tab", tab)
        case .silent:
            let hours = event.silence?.hours ?? 0
            subject = "Rollcall: \(name): no good run for \(NumberText.count(hours, "hour", "hours"))"
            sentences = [
                "There has been no good run of \(name) for \(NumberText.count(hours, "hour", "hours")).",
                event.silence?.lastGoodRun.map { "The last one ended at \($0)." } ?? "There has never been one.",
                "Gateways go on with the last good edition.",
            ]
            steps = [
                "Look at the history: a run may be held or failing, or nothing starts any (is `rollcall serve` up?)."
            ]
            link = ("Open the Sync tab", tab)
        case .test:
            subject = "Rollcall: test notification for \(name)"
            sentences = ["This is a test: reports of \(name) reach you.", "Nothing was synced and nothing is wrong."]
            link = ("Open the Sync tab", tab)
        }
    }

    private mutating func describe(_ run: RunSummary, recovered: Bool, page: String, tab: String) {
        let name = "\(run.domain)/\(run.source)"
        let what = run.kind == .undo ? "the undo of run \(run.undoes ?? "")" : "the sync"
        let prefix = recovered ? "recovered: " : ""
        switch run.outcome {
        case .applied:
            let verb = run.kind == .undo ? "undone" : "applied"
            subject += " \(prefix)\(verb): \(CountText.operations(run.counts))"
            if recovered { sentences.append("\(name) works again: this is the first good run after failures.") }
            sentences.append(
                "Applied \(NumberText.count(run.counts.total, "change", "changes")): \(CountText.operations(run.counts))."
            )
            if let person = run.approvedBy { sentences.append("The plan was held, and approved by \(person).") }
        case .held:
            subject += " held: " + run.held.map { CountText.held($0) }.joined(separator: "; ")
            sentences =
                ["Held: \(what) would go over the Operations Limit, so nothing was changed."]
                + run.held.map { held in
                    held.limit == "empty"
                        ? "It would empty the address book, which is never done without a person."
                        : CountText.sentence(held)
                } + ["Gateways go on with the last good edition."]
            steps = [
                "Look at the plan: \(page)",
                "If it is right, approve it there, or with `rollcall sync approve \(run.id)`: just this plan is applied, once.",
                "If it is not, mend the directory or the settings and sync again, or give it up with `rollcall sync cancel \(run.id)`.",
            ]
        case .failed:
            let problem = run.problem ?? Problem(.failed, text: "The run failed.")
            subject += " failed: \(Self.name(problem.class))"
            sentences = [
                problem.text, "Nothing was changed, and nothing that the source owns is deleted while it fails.",
                "Gateways go on with the last good edition.",
            ]
            steps = Self.steps(problem, tab)
        default:
            subject += " \(prefix)unchanged: \(NumberText.count(run.read.objects, "object", "objects")) read"
            if recovered { sentences.append("\(name) works again: this is the first good run after failures.") }
            sentences.append("The directory and the address book agree; there was nothing to do.")
        }
    }

    private static func name(_ problem: ProblemClass) -> String {
        switch problem {
        case .badSettings: "settings must be changed"
        case .needConsent: "consent must be granted again"
        case .denied: "access was denied"
        case .unavailable: "the directory is unavailable"
        case .failed: "the read failed"
        case .crashed: "the connector crashed"
        case .hung: "the connector hung"
        case .limit: "the connector went over a limit"
        }
    }

    private static func steps(_ problem: Problem, _ tab: String) -> [String] {
        let field = problem.field.map { ["The setting at fault is \($0)."] } ?? []
        switch problem.class {
        case .badSettings: return field + ["Set it right on the Sync tab and test the connection: \(tab)"]
        case .needConsent: return field + ["Grant consent, or sign in, again on the Sync tab: \(tab)"]
        case .denied:
            return field + ["Give the account the right to read what it takes, then test the connection: \(tab)"]
        case .unavailable: return field + ["Nothing, if it passes by itself: the next run tries again."]
        case .failed, .crashed, .hung, .limit:
            return field + [
                "Test the connection: \(tab)", "If it fails there too, the run's page has what to tell support.",
            ]
        }
    }

    private static func facts(_ run: RunSummary) -> [(name: String, value: String)] {
        var facts: [(name: String, value: String)] = [
            ("Run", run.id), ("Source", "\(run.domain)/\(run.source), connector \(run.connector) \(run.version)"),
            ("Started", "\(run.startedAt) by \(run.startedBy)"),
        ]
        if let end = run.finishedAt { facts.append(("Ended", end.description)) }
        facts.append(
            (
                "Read",
                "\(NumberText.count(run.read.objects, "object", "objects")), "
                    + "\(NumberText.count(run.read.memberships, "membership", "memberships")), "
                    + (run.read.complete ? "complete" : "not complete")
            ))
        if run.outcome != .failed {
            facts.append((run.outcome == .held ? "Planned" : "Operations", CountText.operations(run.counts)))
            if let left = CountText.leftOut(run.leftOut) { facts.append(("Left out", left)) }
        }
        if run.edition.from != run.edition.to {
            facts.append(("Edition", "\(run.edition.from) to \(run.edition.to)"))
        }
        if let problem = run.problem {
            facts.append(("Class", problem.class.rawValue))
            if let field = problem.field { facts.append(("Setting", field)) }
            if let detail = problem.detail { facts.append(("Detail", detail)) }
        }
        for warning in run.warnings.prefix(20) { facts.append(("Warning", warning)) }
        return facts
    }
}
