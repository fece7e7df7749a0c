internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// Why an address is accepted, or why not.
enum ExplainPage {
    static let routes: [Route] = [Route("GET", "/explain", run: show)]

    /// An address of somebody else's domain is as foreign as one of nobody's.
    static func explanation(_ call: Call, _ text: String) throws -> Explanation {
        let answer = try call.service.explain(text)
        if let name = answer.domain,
            try call.store.read({ try Domains.find($0, name: name) }).map(call.visitor.sees) != true
        {
            var foreign = Explanation(address: answer.address, accepted: false)
            foreign.why = .foreign
            foreign.detail = "This is not an address of a domain of yours."
            return foreign
        }
        return answer
    }

    private static func show(_ call: Call) throws -> WebResponse {
        let text = call.request.query["address"] ?? ""
        let form: HTML = """
            <form method="get" action="/explain" class="filter" role="search"><div><label for="address">Address</label>
            <input id="address" name="address" type="text" inputmode="email" value="\(field: text)" autocapitalize="none" spellcheck="false"></div><button class="main">Explain</button></form>
            """
        let answer = text.isEmpty ? nil : try explanation(call, text)
        return .page(Layout("Explain an address", section: "explain").html(call.visitor, "\(form)\(answer.map(html))"))
    }

    private static func html(_ answer: Explanation) -> HTML {
        let verdict: HTML =
            answer.accepted
            ? "<span class=\"outcome applied\"><span aria-hidden=\"true\">✓</span> Accepted</span>"
            : "<span class=\"outcome failed\"><span aria-hidden=\"true\">×</span> Not accepted: \(answer.why?.rawValue ?? "unknown")</span>"
        return """
            <section class="card" aria-labelledby="answer-h" role="status"><h2 id="answer-h"><bdi>\(answer.address)</bdi></h2><p>\(verdict)</p>
            \(answer.detail.map { "<p>\($0)</p>" as HTML })
            \(FactList.html([
                ("As", answer.as.map { "\($0 == "alias" ? "alias of " : "\($0) ")<bdi>\(answer.account ?? "")</bdi>" }),
                ("Domain", answer.domain.map { "<a href=\"/domains/\(Escape.url($0))/accounts\">\($0)</a>" }),
                ("Owner", answer.owner.map { "\($0)" }), ("Object", answer.objectId.map { "<span class=\"id\">\($0)</span>" }),
                ("Where", answer.where.map { "<bdi>\($0)</bdi>" }), ("Because", answer.because.map { "<bdi>\($0)</bdi>" }),
                ("Since", answer.since.map { "<a href=\"/runs/\($0.run)\">the run of \(Text.time($0.at))</a>" }),
            ]))\((answer.clashes ?? []).map { "<p>\($0)</p>" as HTML })</section>
            """
    }
}
