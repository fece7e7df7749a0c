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
            \(table(found))\(more)
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

    /// Lookups have a column where there is something to know of them: beside deletes.
    private static func table(_ found: [Operation]) -> HTML {
        let hasLookups = found.contains { $0.lookups != nil }
        let heading =
            ["Change", "Address", "Of", "What changes"] + (hasLookups ? ["Lookups last week"] : []) + [
                "Reason", "Object",
            ]
        return Grid.html(
            "Operations", heading, found.map { row($0, hasLookups) }, empty: "None of them is like that.",
            id: "operations-table")
    }

    /// The address stands in a column of its own.
    private static func facts(_ facts: Operation.Facts?, _ operation: Operation) -> String {
        var facts = facts
        if operation.op != .update, facts?.address == operation.address { facts?.address = nil }
        return OperationText.facts(facts)
    }

    /// All of them as a file, for there may be a million.
    static func download(
        _ call: Call, _ run: RunSummary, _ type: String, _ ending: String,
        _ write: @escaping @Sendable (_ operations: [Operation], _ isFirst: Bool, _ isLast: Bool) throws -> [UInt8]
    ) throws -> WebResponse {
        let service = call.service
        var response = WebResponse(200, type, [])
        response.body = try .pieces(
            .init { text in
                let place = text.flatMap { OperationPlace($0) } ?? .start
                let page = try service.operations(run: run.id, OperationFilter(), from: place, limit: 2000)
                return (try write(page.items, text == nil, page.next == nil), page.next?.description)
            })
        return response.with("content-disposition", "attachment; filename=\"\(run.id).\(ending)\"")
    }

    private static func row(_ operation: Operation, _ hasLookups: Bool) -> [HTML] {
        let sign =
            switch operation.op {
            case .add: "+"
            case .update: "~"
            case .delete: "−"
            case .move: "→"
            }
        let before = facts(operation.before, operation), after = facts(operation.after, operation)
        return [
            "<span class=\"\(operation.op.rawValue)\">\(sign) \(operation.op.rawValue) \(operation.what.rawValue)</span>",
            Text.address(operation.address), Text.address(operation.of ?? ""),
            before.isEmpty || after.isEmpty
                ? "<bdi>\(before)\(after)</bdi>" : "<bdi>\(before)</bdi> → <bdi>\(after)</bdi>",
        ]
            + (hasLookups ? ["\(operation.lookups.map { Text.number(Int(clamping: $0)) } ?? "")"] : []) + [
                "\(operation.reason)", "<span class=\"id\">\(operation.objectId ?? "")</span>",
            ]
    }
}
