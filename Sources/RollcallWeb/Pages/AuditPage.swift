internal import RollcallCore
internal import RollcallStore

/// Who did what here, the latest first: every change that a page or a program made, with what came of it.
enum AuditPage {
    static let routes: [Route] = [Route("GET", "/audit", run: show)]

    private static func show(_ call: Call) throws -> WebResponse {
        let before = call.request.query["before"].flatMap { Int64($0) }
        let records = try call.store.read { try Audit.list($0, limit: 100, before: before) }
        let rows = records.map { record -> [HTML] in
            [
                Text.time(record.at), "<bdi>\(record.who)</bdi>", "\(record.origin)", "<code>\(record.what)</code>",
                "<bdi>\(record.target)</bdi>", "\(record.answer < 400 ? "done" : "refused")",
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
