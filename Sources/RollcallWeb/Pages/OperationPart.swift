internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// The operations of a run: filtered and paged by the server, so that a plan of a million is as quick as one of ten.
enum OperationPart {
    static let size = 200

    static func html(_ call: Call, _ run: RunSummary) throws -> HTML {
        guard run.counts.total > 0 else { return "" }
        let query = call.request.query
        let (op, what, text) = (query["op"] ?? "", query["what"] ?? "", query["q"] ?? "")
        let filter = OperationFilter(op: .init(rawValue: op), what: .init(rawValue: what), text: text)
        let place = query["from"].flatMap { OperationPlace($0) } ?? .start
        let (found, next) = try call.service.operations(run: run.id, filter, from: place, limit: size)
        let path = "/runs/\(run.id)"
        let more: HTML? = next.map { next in
            let rest = "op=\(Escape.url(op))&what=\(Escape.url(what))&q=\(Escape.url(text))"
            return "<p><a href=\"\(path)?from=\(next.description)&amp;\(rest)#operations\">Next \(size)</a></p>"
        }
        return """
            <h2 id="operations">Operations</h2>
            <form method="get" action="\(path)#operations" class="filter">
            \(Form.select("op", "Change", [("", "any"), ("add", "add"), ("update", "update"), ("delete", "delete"), ("move", "move")]) { $0.value = op })
            \(Form.select("what", "Kind", [("", "any"), ("account", "account"), ("alias", "alias"), ("list", "list"), ("member", "member")]) { $0.value = what })
            \(Form.input("q", "Text") { $0.type = "search"; $0.value = text; $0.attributes = " data-filter=\"operations-table\"" })<button>Show</button></form>
            <p>\(total(filter, run, found.count, isWhole: place == .start && next == nil)). Download: <a href="\(path)/operations.csv">CSV</a>, <a href="\(path)/operations.json">JSON</a></p>
            \(Grid.html("Operations", ["Change", "Address", "Of", "What changes", "Lookups last week", "Reason", "Object"], found.map(row), empty: "None of them is like that.", id: "operations-table"))\(more)
            """
    }

    /// How many there are, as far as the run has counted them: those with a text are not counted, for that would take a
    /// look at them all.
    private static func total(_ filter: OperationFilter, _ run: RunSummary, _ shown: Int, isWhole: Bool) -> HTML {
        if let count = isWhole ? shown : filter.count(in: run.counts) {
            return "\(Text.count(count, "operation", "operations"))"
        }
        return "\(Text.count(shown, "operation", "operations")) on this page"
    }

    /// All of them as a file, for there may be a million.
    static func download(
        _ call: Call, _ run: RunSummary, _ type: String, _ ending: String,
        _ write: @escaping @Sendable (_ operations: [Operation], _ isFirst: Bool, _ isLast: Bool) throws -> [UInt8]
    ) -> WebResponse {
        let service = call.service
        var response = WebResponse(200, type, [])
        response.body = .pieces(
            .init { text in
                let place = text.flatMap { OperationPlace($0) } ?? .start
                let page = try service.operations(run: run.id, OperationFilter(), from: place, limit: 2000)
                return (try write(page.items, text == nil, page.next == nil), page.next?.description)
            })
        return response.with("content-disposition", "attachment; filename=\"\(run.id).\(ending)\"")
    }

    private static func row(_ operation: Operation) -> [HTML] {
        let sign =
            switch operation.op {
            case .add: "+"
            case .update: "~"
            case .delete: "−"
            case .move: "→"
            }
        let before = OperationText.facts(operation.before), after = OperationText.facts(operation.after)
        return [
            "<span class=\"\(operation.op.rawValue)\">\(sign) \(operation.op.rawValue) \(operation.what.rawValue)</span>",
            "<bdi>\(operation.address)</bdi>", "<bdi>\(operation.of ?? "")</bdi>",
            before.isEmpty || after.isEmpty
                ? "<bdi>\(before)\(after)</bdi>" : "<bdi>\(before)</bdi> → <bdi>\(after)</bdi>",
            operation.lookups.map { "<span class=\"number\">\(Text.number(Int(clamping: $0)))</span>" } ?? "",
            "\(operation.reason)", "<span class=\"id\">\(operation.objectId ?? "")</span>",
        ]
    }
}
