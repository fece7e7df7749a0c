internal import FoundationEssentials
internal import RollcallCore
internal import RollcallGateway
internal import RollcallStore
internal import RollcallSync

/// What gateways are told: an address asked for as they ask, how each domain is enforced and what enforcement would have
/// refused, what was asked since this process began, and the lines that a mail server needs.
enum GatewaysPage {
    static let routes: [Route] = [Route("GET", "/gateways", isSlow: true, run: show)]

    /// As `gateway check --json` has it.
    struct Checked: Decodable {
        let address: String
        let answer: String
        let data: String?
        let smtp: String
        let why: String
    }

    private static func show(_ call: Call) throws -> WebResponse {
        var layout = Layout("Gateways", section: "gateways")
        let text = call.request.query["address"] ?? ""
        var checked: HTML = ""
        if !text.isEmpty {
            do {
                let answer = try call.perform("gateway", "check", "--", text)
                checked = verdict(try JSONDecoder().decode(Checked.self, from: Data(answer)))
            } catch {
                layout.failure = call.site.environment.failure(error)
                layout.failure?.field = "address"
            }
        }
        let content: HTML = """
            <form method="get" action="/gateways" class="filter" role="search"><div><label for="f-address">Check an address, as a gateway asks</label>
            <input id="f-address" name="address" type="text" inputmode="email" value="\(field: text)" autocapitalize="none" spellcheck="false"></div><button class="main">Check</button></form>
            <div role="status">\(checked)</div>
            <h2>Enforcement</h2>
            \(try enforcement(call))
            <h2>Lookups</h2>
            \(lookups(call))
            <h2>Recipes</h2>
            \(recipes(call))
            """
        return .page(layout.html(call.visitor, content), status: layout.failure?.status ?? 200)
    }

    private static func verdict(_ checked: Checked) -> HTML {
        let (sign, style) =
            switch checked.answer {
            case "OK": ("✓", "applied")
            case "NOTFOUND": ("×", "failed")
            default: ("!", "held")
            }
        return """
            <section class="card" aria-labelledby="check-h"><h2 id="check-h"><bdi>\(checked.address)</bdi></h2>
            <p><span class="outcome \(style)"><span aria-hidden="true">\(sign)</span> \(checked.answer), a mail server says \(checked.smtp)</span></p>
            <p><bdi>\(checked.why)</bdi></p>\(checked.data.map { "<p>Data: <bdi>\($0)</bdi></p>" as HTML })</section>
            """
    }

    private static func enforcement(_ call: Call) throws -> HTML {
        let size = 100
        let after = call.request.query["after"] ?? ""
        let (page, hits) = try call.store.read { db in
            let page = try Domains.list(db, customer: call.visitor.customer).filter { $0.name > after }
                .prefix(size + 1)
            return (
                Array(page),
                try page.map { try Lookups.refused(db, domain: $0.id, on: Lookups.day(call.now)) }
            )
        }
        let rows = zip(page, hits).prefix(size).map { domain, refused -> [HTML] in
            [
                "<a href=\"\(DomainPart.path(domain, "/settings"))\">\(domain.name)</a>",
                domain.enforce ? "on: unknown addresses are refused" : "off: every address is accepted",
                domain.enforce ? "" : "\(Text.number(Int(clamping: refused.week)))",
                domain.enforce ? "" : "\(Text.number(Int(clamping: refused.month)))",
            ]
        }
        let more: HTML =
            page.count > size
            ? "<p><a href=\"/gateways?after=\(Escape.url(page[size - 1].name))\">More domains</a></p>" : ""
        return """
            <p class="hint">Recipients that gateways asked for and that enforcement would have refused.</p>
            \(Grid.html("Enforcement", ["Domain", "Enforcement", "Would be refused, 7 days", "30 days"], rows, empty: "There is no domain yet."))\(more)
            """
    }

    private static func lookups(_ call: Call) -> HTML {
        guard let counts = call.site.environment.lookups else {
            return
                "<p class=\"empty\">This process does not answer gateways. <code>gateway.socketmap</code> in the configuration says where it would.</p>"
        }
        let names: [GatewayMap: String] = [
            .recipients: "Recipients", .aliases: "Aliases", .domains: "Domains", .transport: "Transport",
        ]
        let answers = counts.answers
        func count(_ map: GatewayMap, _ word: AnswerWord) -> HTML {
            let number = answers.first { $0.map == map && $0.word == word }?.count ?? 0
            return "\(Text.number(Int(clamping: number)))"
        }
        let rows = GatewayMap.allCases.map { map -> [HTML] in
            ["\(names[map] ?? map.rawValue)", count(map, .ok), count(map, .notFound), count(map, .temp)]
        }
        return """
            <p class="hint">Since this process began. “Try later” above zero means mail that waits.</p>
            \(Grid.html("Lookups by map and answer", ["Map", "Yes", "No", "Try later"], rows, empty: ""))
            \(FactList.html([
                ("Connections of gateways", "\(counts.connections)"),
                ("Recipients asked for in domains that are not managed here", "\(Text.number(Int(clamping: counts.unmanaged)))"),
            ]))
            """
    }

    private static func recipes(_ call: Call) -> HTML {
        struct Recipe: Decodable { let text: String }
        let parts = [("postfix", "Postfix"), ("exim", "Exim"), ("rspamd", "Rspamd")].map { id, name -> HTML in
            guard let answer = try? call.perform("gateway", id),
                let recipe = try? JSONDecoder().decode(Recipe.self, from: Data(answer))
            else { return "<p>\(name): gateways have nobody to ask, for <code>gateway.socketmap</code> is off.</p>" }
            return """
                <details><summary>\(name)</summary><pre tabindex="0" role="region" aria-label="Lines for \(name)" id="recipe-\(id)">\(recipe.text)</pre>
                <button type="button" data-copy="recipe-\(id)" hidden>Copy</button></details>
                """
        }
        return "\(parts)"
    }
}
