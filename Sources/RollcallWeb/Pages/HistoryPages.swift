internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// The history of one domain, and of all that the visitor sees.
enum HistoryPages {
    static let routes: [Route] = [
        Route("GET", "/domains/:domain/history", run: domainHistory),
        Route("GET", "/runs", run: all),
    ]

    static let size = 50

    private static func domainHistory(_ call: Call) throws -> WebResponse {
        let before = call.request.query["before"]
        let domain = try call.domain()
        let (runs, counts) = try call.store.read { db in
            (
                try Runs.list(db, domain: domain.id, limit: size + 1, before: before).map(\.summary),
                try Book.counts(db, domain: domain.id)
            )
        }
        let layout = try DomainPart.layout(call, domain, "Sync History", "history")
        let entries = counts.filter { $0.state == 0 }.reduce(0) { $0 + Int($1.entries) }
        let charts: HTML = before == nil && !runs.isEmpty ? Charts.html(runs, entries: entries) : ""
        let more: HTML =
            runs.count > size
            ? "<p><a href=\"\(DomainPart.path(domain, "/history"))?before=\(runs[size - 1].id)\">Earlier runs</a></p>"
            : ""
        return .page(
            layout.html(
                call.visitor,
                "\(charts)\(RunTablePart.html(Array(runs.prefix(size)), empty: "No run yet. A preview or a sync on the Sync tab makes the first."))\(more)"
            ))
    }

    private static func all(_ call: Call) throws -> WebResponse {
        let before = call.request.query["before"]
        let outcome = call.request.query["outcome"].flatMap { RunOutcome(rawValue: $0) }
        let (runs, last) = try call.store.read { db -> ([RunSummary], String?) in
            let mine = try Set(Domains.list(db, customer: call.visitor.customer).map(\.id))
            let page = try Runs.list(db, limit: 200, before: before)
            let found = page.filter { mine.contains($0.domain) && (outcome == nil || $0.summary.outcome == outcome) }
                .map(\.summary)
            return (found, page.count == 200 ? page.last?.summary.id : nil)
        }
        let choices =
            [("", "any outcome")]
            + ["running", "applied", "unchanged", "previewed", "held", "failed", "cancelled"].map { ($0, $0) }
        let more: HTML =
            last.map { "<p><a href=\"/runs?before=\($0)&amp;outcome=\(outcome?.rawValue ?? "")\">Earlier runs</a></p>" }
            ?? ""
        let content: HTML = """
            <form method="get" action="/runs" class="filter">\(Form.select("outcome", "Outcome", choices) { $0.value = outcome?.rawValue ?? "" })<button>Show</button></form>
            \(RunTablePart.html(runs, withDomain: true, empty: outcome == nil ? "No run yet." : "No run of the latest has this outcome."))\(more)
            """
        return .page(Layout("Runs", section: "runs").html(call.visitor, content))
    }
}
