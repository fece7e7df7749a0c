internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// What Test Connection found: the short message first, records as they would look, what would be left out and why.
enum ConnectionPart {
    static func html(_ report: ConnectionReport) -> HTML {
        guard report.ok else {
            return """
                <section class="card failure" role="alert" aria-labelledby="test-h"><h2 id="test-h">The connection does not work</h2>
                <p>\(report.problem?.text ?? "No reason was given.")</p>
                \(report.problem?.detail.map { "<details><summary>Detail</summary><pre>\($0)</pre></details>" as HTML })</section>
                """
        }
        let facts = report.facts.sorted { $0.key < $1.key }.map { name, value -> (String, HTML?) in (name, "\(value)") }
        let rows = report.sample.map { record -> [HTML] in
            [
                "<bdi>\(record.address)</bdi>", "\(record.kind)", "\(record.aliases.joined(separator: ", "))",
                "<bdi>\(record.name ?? "")</bdi>",
            ]
        }
        let left = report.leftOut.map { record -> [HTML] in
            ["<bdi>\(record.address)</bdi>", "\(record.why)", "\(record.detail ?? "")"]
        }
        return """
            <section class="card" role="status" aria-labelledby="test-h"><h2 id="test-h"><span aria-hidden="true">✓</span> The connection works</h2>
            \(FactList.html(facts))\(report.warnings.map { "<p>\($0)</p>" as HTML })
            <h3>As they would look in the address book</h3>
            \(Grid.html("Sample records", ["Address", "Kind", "Aliases", "Name"], rows, empty: "No record would come into the address book."))
            \(left.isEmpty ? "" : "<h3>Left out</h3>\(Grid.html("Left out", ["Address", "Why", "Detail"], left, empty: ""))" as HTML)
            </section>
            """
    }
}
