internal import RollcallCore
internal import RollcallStore

/// Who did what here, the latest first: every change that a page or a program made, with what came of it.
enum AuditPage {
    static let routes: [Route] = [Route("GET", "/audit", run: show)]

    /// What it was before and is now, as far as that is known.
    private static func change(_ record: AuditRecord) -> HTML {
        guard !record.before.isEmpty || !record.after.isEmpty else { return "" }
        return """
            <details><summary>Change</summary><p>Before: <code>\(record.before)</code></p>
            <p>After: <code>\(record.after)</code></p></details>
            """
    }

    private static func show(_ call: Call) throws -> WebResponse {
        let before = call.request.query["before"].flatMap { Int64($0) }
        let records = try call.store.read { try Audit.list($0, limit: 100, before: before) }
        let rows = records.map { record -> [HTML] in
            [
                Text.time(record.at), "<bdi>\(record.who)</bdi>", "\(record.origin)", "<code>\(record.what)</code>",
                "<bdi>\(record.target)</bdi>\(change(record))", "\(record.isDone ? "done" : "refused")",
            ]
        }
        let more: HTML =
            records.count == 100
            ? "<p><a href=\"/audit?before=\(records.last?.sequence ?? 0)\">Earlier</a></p>" : ""
        let content: HTML = """
            \(Grid.html("Changes", ["When", "Who", "From", "What", "On", "Outcome"], rows, empty: "Nothing was changed through the dashboard or the API yet."))\(more)
            """
        return .page(Layout("Audit", section: "audit").html(call.visitor, content))
    }
}
