internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// The first page: what needs a person, then every domain with its health.
enum OverviewPage {
    static let routes: [Route] = [Route("GET", "/", run: show)]

    private static func show(_ call: Call) throws -> WebResponse {
        let query = (call.request.query["q"] ?? "").lowercased()
        let after = call.request.query["after"] ?? ""
        let names = try call.store.read { db in try Domains.list(db, customer: call.visitor.customer).map(\.name) }
        let mine = Set(names)
        let status = try call.service.status().filter { mine.contains($0.domain) }
        let found = names.filter { query.isEmpty || $0.contains(query) }
        let page = Array(found.drop { $0 <= after }.prefix(100))
        let bySource = Dictionary(grouping: status, by: \.domain)
        var layout = Layout("Overview", section: "overview")
        layout.notice = call.request.query["done"].flatMap(Notices.text)
        return .page(
            layout.html(
                call.visitor,
                names.isEmpty
                    ? first(call)
                    : """
                    \(attention(status))
                    <div><div class="row"><h2 id="domains-h">Domains</h2>
                    \(call.visitor.may(.admin) ? "<a class=\"button main\" href=\"/domains/new\">Add Domain</a>" as HTML : "")</div>
                    <form method="get" class="filter" role="search"><label for="q">Find a domain</label>
                    <input id="q" name="q" type="search" value="\(field: query)" data-filter="domains"><button>Find</button></form>
                    \(table(page, bySource))
                    \(page.count == 100 && found.last != page.last ? "<p><a href=\"/?after=\(Escape.url(page.last ?? ""))&amp;q=\(Escape.url(query))\">More domains</a></p>" as HTML : "")
                    </div>
                    """))
    }

    private static func first(_ call: Call) -> HTML {
        """
        <div class="empty big"><h2>Add your first domain</h2>
        <ol><li>Say which mail domain it is and what its inbound server is.</li>
        <li>Connect the directory that knows its users, and test the connection.</li>
        <li>Preview, then sync: nothing changes before you have seen it.</li></ol>
        \(call.visitor.may(.admin) ? "<p><a class=\"button main\" href=\"/domains/new\">Add Domain</a></p>" as HTML : "<p>An administrator can add it.</p>")</div>
        """
    }

    private static func attention(_ status: [SourceStatus]) -> HTML {
        let items = status.flatMap { line in
            line.attention.map { text -> HTML in
                let path =
                    line.held.map { "/runs/\($0)" }
                    ?? "/domains/\(Escape.url(line.domain))/sync/\(Escape.url(line.source))"
                return "<li><a href=\"\(path)\">\(line.domain)</a>: \(text)</li>"
            }
        }
        guard !items.isEmpty else {
            return "<p class=\"fine\"><span aria-hidden=\"true\">✓</span> Nothing needs you.</p>"
        }
        return
            "<section class=\"needs\" aria-labelledby=\"needs-h\"><h2 id=\"needs-h\">What needs you</h2><ul>\(items)</ul></section>"
    }

    private static func table(_ names: [String], _ status: [String: [SourceStatus]]) -> HTML {
        let rows = names.map { name -> [HTML] in
            let sources = status[name] ?? []
            return [
                "<a href=\"/domains/\(Escape.url(name))/accounts\">\(name)</a>",
                sources.isEmpty ? "by hand" : "\(sources.map { health($0) })",
                Text.time(sources.compactMap(\.lastGoodRun?.at).max()),
                sources.compactMap(\.nextRun).min().map { Text.time($0) } ?? "by hand",
                trust(sources),
            ]
        }
        return Grid.html(
            "Domains", ["Domain", "Sources", "Last good run", "Next run", "Trust ends"], rows,
            empty: "No domain has this in its name.",
            id: "domains")
    }

    /// The first of secrets, certificates and consents to end, as far as that is known.
    private static func trust(_ sources: [SourceStatus]) -> HTML {
        let ends = sources.flatMap(\.trust.ends).min { $0.at < $1.at }
        return ends.map { "\(Text.time($0.at))<br><span class=\"hint\">\($0.what)</span>" } ?? "not known"
    }

    private static func health(_ source: SourceStatus) -> HTML {
        let (word, style): (String, String) =
            if !source.enabled { ("disabled", "off") } else if source.running != nil {
                ("running", "running")
            } else if source.held != nil {
                ("held", "held")
            } else if source.lastRun?.outcome == .failed { ("failed", "failed") } else if source.lastGoodRun == nil {
                ("never synced", "off")
            } else { ("fine", "applied") }
        return "<span class=\"outcome \(style)\">\(source.source): \(word)</span> "
    }
}

/// Sentences that a page shows after it was sent here: by key, so that no link can put words into our mouth.
enum Notices {
    static func text(_ key: String) -> String? {
        [
            "saved": "Saved.", "added": "Added.", "removed": "Removed.", "domain-removed": "The domain was removed.",
            "approved": "The plan was applied.", "cancelled": "The run was given up; nothing was applied.",
            "password": "The password was set.", "role": "The role was set, and all sessions have ended.",
            "revoked": "The token was revoked.",
            "allowed": "The connector is allowed now.",
            "typed": "The server type was changed. Sources of other types are kept, disabled.",
            "consent": "Access was granted. Test the connection next.",
        ][key]
    }
}
