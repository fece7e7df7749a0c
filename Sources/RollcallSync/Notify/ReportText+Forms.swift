internal import RollcallCore

/// The two forms of a report: plain text, and HTML by the same escaping as the pages.
extension ReportText {
    func plain(_ note: String?) -> String {
        var blocks = [sentences.map(Visible.text).joined(separator: "\n")]
        if !steps.isEmpty {
            blocks.append("What to do:\n" + steps.map { "- " + Visible.text($0) }.joined(separator: "\n"))
        }
        if let link { blocks.append("\(link.title): \(Visible.text(link.url))") }
        if !facts.isEmpty {
            let width = facts.map(\.name.utf8.count).max() ?? 0
            blocks.append(
                facts.map { fact in
                    let padding = String(repeating: " ", count: width - fact.name.utf8.count)
                    return "\(fact.name)\(padding)  \(Visible.text(fact.value))"
                }.joined(separator: "\n"))
        }
        if let note { blocks.append(note) }
        return blocks.joined(separator: "\n\n") + "\n"
    }

    func html(_ note: String?) -> HTML {
        let paragraphs = sentences.map { "<p>\($0)</p>" as HTML }
        let todo: HTML =
            steps.isEmpty
            ? "" : "<h2 style=\"font-size:1em\">What to do</h2><ul>\(steps.map { "<li>\($0)</li>" as HTML })</ul>"
        let rows = facts.map { fact -> HTML in
            "<tr><th align=\"left\" valign=\"top\" style=\"padding:2px 12px 2px 0\">\(fact.name)</th><td>\(fact.value)</td></tr>"
        }
        return """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>\(subject)</title></head>\
            <body style="font-family:sans-serif;line-height:1.4">
            <h1 style="font-size:1.2em">\(subject)</h1>
            \(paragraphs)\(todo)
            \(link.map { "<p><a href=\"\($0.url)\">\($0.title)</a></p>" as HTML })
            \(rows.isEmpty ? "" : "<table role=\"presentation\">\(rows)</table>" as HTML)
            \(note.map { "<p>\($0)</p>" as HTML })
            </body></html>

            """
    }
}
