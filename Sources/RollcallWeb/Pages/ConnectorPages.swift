internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// The connectors that are installed: what each is, whether it may be used, and why not.
enum ConnectorPages {
    static let routes: [Route] = [
        Route("GET", "/connectors", run: show),
        Route("POST", "/connectors/:connector/allow", isSlow: true) { call in
            try call.perform("connector", "allow", "--", call.parameter("connector"))
            return .see("/connectors?done=allowed")
        },
    ]

    private static func show(_ call: Call) throws -> WebResponse {
        var layout = Layout("Connectors", section: "connectors")
        layout.notice = call.request.query["done"].flatMap(Notices.text)
        let all = call.service.environment.catalog.scan()
        let cards = all.map { info -> HTML in
            let facts = FactList.html([
                ("Id", "<code>\(info.id)</code>"), ("Version", "\(info.version)"),
                ("Publisher", info.publisher.map { "\($0)" }),
                ("Licence", info.licence.map { "\($0)" }), ("Interface", info.abi.map { "\($0)" }),
                ("Needs", info.needs.isEmpty ? nil : "\(info.needs.joined(separator: ", "))"),
                ("Consent at", info.consentHosts.isEmpty ? nil : "\(info.consentHosts.joined(separator: ", "))"),
            ])
            let file = FactList.html(
                [
                    ("File", "<code>\(info.library)</code>"),
                    ("SHA-256", info.sha256.isEmpty ? nil : "<code>\(info.sha256)</code>"),
                ], isLong: true)
            let allow: HTML =
                (info.state == .untrusted || info.state == .quarantined) && call.visitor.may(.owner)
                    && call.visitor.customer == nil
                ? "<p>Allow it only if you know where this very file comes from.</p>\(Form.button("/connectors/\(Escape.url(info.id))/allow", "Allow this file", call.visitor, style: "danger"))"
                : ""
            return """
                <section class="card"><h2>\(info.tab?.title ?? info.name) <span class="outcome \(info.state == .ready ? "applied" : "failed")">\(info.state.rawValue)</span></h2>
                \(info.reason.map { "<p>\($0)</p>" as HTML })\(facts)\(file)\(allow)</section>
                """
        }
        return .page(
            layout.html(
                call.visitor,
                cards.isEmpty
                    ? "<p class=\"empty\">There is no connector. <code>rollcall config show</code> says where they are looked for.</p>"
                    : "\(cards)"))
    }
}
