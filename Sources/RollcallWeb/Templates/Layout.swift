internal import RollcallCore
internal import RollcallStore

/// What every page has around its content: title, one heading, where one is, who one is.
struct Layout {
    var title: String
    /// Which part of the navigation this is.
    var section = ""
    /// The domain whose part of the navigation is shown, with the tabs of its sources.
    var domain: DomainTabs?
    /// A sentence that says how what was just done came out.
    var notice: String?
    var failure: WebFailure?
    /// The page is there for nothing but the failure: its heading has said so already.
    var isFailure = false
    /// Seconds after which a browser without script loads the page anew.
    var refresh: Int?

    init(_ title: String, section: String = "") {
        self.title = title
        self.section = section
    }

    func html(_ visitor: Visitor, _ content: HTML) -> HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(failure == nil ? "" : "Error: ")\(title) · Rollcall</title>
        <link rel="stylesheet" href="/assets/rollcall.css">
        <link rel="icon" href="data:,">
        <script src="/assets/rollcall.js" defer></script>
        \(refresh.map { "<noscript><meta http-equiv=\"refresh\" content=\"\($0)\"></noscript>" as HTML })
        </head>
        <body>
        <a class="skip" href="#main">Skip to content</a>
        \(header(visitor))
        <main id="main" tabindex="-1">
        \(domain.map { $0.html(section) })
        <h1>\(title)</h1>
        <div role="status" class="status">\(notice.map { "<p class=\"notice\">\($0)</p>" as HTML })</div>
        \(failure.map { Self.summary($0, isAlone: isFailure) })
        \(content)
        </main>
        </body>
        </html>
        """
    }

    private func header(_ visitor: Visitor) -> HTML {
        guard let administrator = visitor.administrator else {
            return "<header class=\"top\"><a class=\"brand\" href=\"/\">Rollcall</a></header>"
        }
        var links: [(String, String, String)] = [
            ("/", "Overview", "overview"), ("/runs", "Runs", "runs"), ("/explain", "Explain", "explain"),
            ("/connectors", "Connectors", "connectors"),
        ]
        if visitor.customer == nil { links.append(("/gateways", "Gateways", "gateways")) }
        if visitor.may(.admin) { links.append(("/tokens", "Tokens", "tokens")) }
        if visitor.may(.admin), visitor.customer == nil { links.append(("/customers", "Customers", "customers")) }
        if visitor.may(.owner), visitor.customer == nil {
            links.append(("/administrators", "Administrators", "administrators"))
            links.append(("/audit", "Audit", "audit"))
        }
        let items = links.map { path, name, id -> HTML in
            "<li><a href=\"\(path)\"\(Self.current(id == section))>\(name)</a></li>"
        }
        return """
            <header class="top"><a class="brand" href="/">Rollcall</a>
            <nav aria-label="Rollcall"><ul>\(items)</ul></nav>
            <form method="post" action="/logout" class="who">\(Form.token(visitor))
            <a href="/password"\(Self.current(section == "password"))>\(administrator.name)</a>
            <button class="plain">Sign out</button></form>
            </header>
            """
    }

    static func current(_ isCurrent: Bool) -> HTML { isCurrent ? " aria-current=\"page\"" : "" }

    /// What was wrong, first on the page and with a link to the field.
    static func summary(_ failure: WebFailure, isAlone: Bool = false) -> HTML {
        let message = Text.code(failure.message)
        let text: HTML =
            failure.field.flatMap { isAlone ? nil : "<a href=\"#\(Form.id($0))\">\(message)</a>" } ?? message
        return """
            <div class="failure" role="alert" tabindex="-1" id="failure">\(isAlone ? "" : "<h2>This was not done</h2>" as HTML)<p>\(text)</p>
            \(failure.hint.map { "<p>\(Text.code($0))</p>" as HTML })</div>
            """
    }
}

/// The navigation of one domain.
struct DomainTabs {
    let name: String
    /// Type and title of each source's Sync tab.
    let sources: [(type: String, title: String)]

    func html(_ section: String) -> HTML {
        let base = "/domains/\(Escape.url(name))"
        var links: [(String, String, String)] = [
            ("/inbound", "Inbound Servers", "inbound"), ("/accounts", "Accounts", "accounts"),
            ("/lists", "Lists", "lists"),
        ]
        links += sources.map { ("/sync/\(Escape.url($0.type))", $0.title, "sync/\($0.type)") }
        links += [("/history", "Sync History", "history"), ("/settings", "Settings", "settings")]
        let items = links.map { path, title, id -> HTML in
            "<li><a href=\"\(base)\(path)\"\(Layout.current(id == section))>\(title)</a></li>"
        }
        return """
            <nav class="tabs" aria-label="\(name)"><p class="domain"><a href="/">Domains</a> / <strong>\(name)</strong></p>
            <ul>\(items)</ul></nav>
            """
    }
}

enum FailurePage {
    static func html(_ failure: WebFailure, _ visitor: Visitor) -> HTML {
        let titles = [403: "Not allowed", 404: "Not found"]
        var layout = Layout(titles[failure.status] ?? "This did not work")
        layout.failure = failure
        layout.isFailure = true
        return layout.html(visitor, "<p><a href=\"/\">To the overview</a></p>")
    }
}
