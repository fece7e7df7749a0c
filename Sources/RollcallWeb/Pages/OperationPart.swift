internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// The operations of a run: filtered and paged by the server, so that a plan of a million is as quick as one of ten.
enum OperationPart {
    static let size = 200

    private struct Enough: Error {}

    static func html(_ call: Call, _ run: RunSummary) throws -> HTML {
        guard run.counts.total > 0 else { return "" }
        let query = call.request.query
        let (op, what, text) = (query["op"] ?? "", query["what"] ?? "", (query["q"] ?? "").lowercased())
        let first = Int(query["from"] ?? "") ?? 0
        let wanted = Array(text.utf8).map(lower)
        var found: [Operation] = []
        var count = 0
        do {
            try call.service.forEachOperation(run: run.id) { operation in
                guard op.isEmpty || operation.op.rawValue == op, what.isEmpty || operation.what.rawValue == what,
                    wanted.isEmpty || has(operation, wanted)
                else { return }
                if count >= first { found.append(operation) }
                count += 1
                // One more than a page tells that there is a next one; a million need not be counted for that.
                if found.count > size { throw Enough() }
            }
        } catch is Enough {}
        let hasMore = found.count > size
        if hasMore { found.removeLast() }
        let isWhole = op.isEmpty && what.isEmpty && text.isEmpty
        let total = isWhole ? run.counts.total : first + found.count
        let rows = found.map(row)
        let path = "/runs/\(run.id)"
        let rest = "op=\(Escape.url(op))&what=\(Escape.url(what))&q=\(Escape.url(text))"
        let more: HTML =
            hasMore
            ? "<p><a href=\"\(path)?from=\(first + size)&amp;\(rest)#operations\">Next \(size)</a></p>" : ""
        return """
            <h2 id="operations">Operations</h2>
            <form method="get" action="\(path)#operations" class="filter">
            \(Form.select("op", "Change", [("", "any"), ("add", "add"), ("update", "update"), ("delete", "delete"), ("move", "move")]) { $0.value = op })
            \(Form.select("what", "Kind", [("", "any"), ("account", "account"), ("alias", "alias"), ("list", "list"), ("member", "member")]) { $0.value = what })
            \(Form.input("q", "Text") { $0.type = "search"; $0.value = text; $0.attributes = " data-filter=\"operations-table\"" })<button>Show</button></form>
            <p>\(Text.count(total, "operation", "operations"))\(hasMore && !isWhole ? ", and more" : ""). Download: <a href="\(path)/operations.csv">CSV</a>, <a href="\(path)/operations.json">JSON</a></p>
            \(Grid.html("Operations", ["Change", "Address", "Of", "What changes", "Lookups last week", "Reason", "Object"], rows, empty: "None of them is like that.", id: "operations-table"))\(more)
            """
    }

    /// On bytes: there may be a million of them, and a Character's idea of case is not wanted anyway.
    private static func has(_ operation: Operation, _ text: [UInt8]) -> Bool {
        for candidate in [
            operation.address, operation.of ?? "", operation.reason, operation.objectId ?? "",
            operation.after?.name ?? "",
        ] where candidate.utf8.count >= text.count {
            var candidate = candidate
            let found = candidate.withUTF8 { all -> Bool in
                for start in 0...(all.count - text.count) {
                    var index = 0
                    while index < text.count, lower(all[start + index]) == text[index] { index += 1 }
                    if index == text.count { return true }
                }
                return false
            }
            if found { return true }
        }
        return false
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

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
