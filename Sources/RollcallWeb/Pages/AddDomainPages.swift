internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// Add Domain in three steps, each a page of its own; what was said before comes along in hidden fields, so nothing is
/// stored before the last step and the browser's way back works.
enum AddDomainPages {
    static let routes: [Route] = [
        Route("GET", "/domains/new") { call in try page(call, WebForm(), step: 1, failure: nil) },
        Route("POST", "/domains/new", run: next),
        Route("GET", "/domains/:domain/added", run: added),
    ]

    private static func next(_ call: Call) throws -> WebResponse {
        let values = try call.request.form()
        let step = Int(values["step"] ?? "1") ?? 1
        do {
            if values["back"] != nil { return try page(call, values, step: max(1, step - 1), failure: nil) }
            switch step {
            case 1:
                try check(call, values)
                return try page(call, values, step: 2, failure: nil)
            case 2:
                return try page(call, values, step: 3, failure: nil)
            default: return try make(call, values)
            }
        } catch {
            let failure = call.site.environment.failure(error)
            let field = failure.field ?? (step == 1 ? "name" : step == 2 ? "inbound" : "accounts")
            var shown = failure
            shown.field = field == "type" ? "type" : field
            // The command checks everything at once; the page goes back to the step that is meant.
            let target =
                shown.field == "name" || shown.field == "type" || failure.class == "exists"
                ? 1 : failure.message.contains("inbound") ? 2 : step
            return try page(call, values, step: target, failure: shown)
        }
    }

    private static func check(_ call: Call, _ values: WebForm) throws {
        let text = (values["name"] ?? "").lowercased()
        let name: String
        do {
            name = try DomainName(text).name
        } catch {
            throw WebFailure(
                422, error.sentence(ofDomain: text), hint: "For example example.com.", field: "name")
        }
        if try call.store.read({ try Domains.find($0, name: name) }) != nil {
            throw WebFailure(409, "There is a domain \(name) already.", field: "name")
        }
        guard let type = values["type"], !type.isEmpty else {
            throw WebFailure(422, "Choose what the inbound server is.", field: "type")
        }
    }

    private static func lines(_ text: String?) -> [String] { ListValue.items(text ?? "") }

    private static func make(_ call: Call, _ values: WebForm) throws -> WebResponse {
        let name = try DomainName(values["name"] ?? "").name
        var words = ["domain", "add", "--type=\(values["type"] ?? "")"]
        for line in lines(values["inbound"]) { words.append("--inbound=\(line)") }
        if let customer = try customer(call, values) { words.append("--customer=\(customer)") }
        try call.perform(all: words + ["--", name])
        for local in lines(values["accounts"]) {
            let address = local.utf8.contains(UInt8(ascii: "@")) ? local : "\(local)@\(name)"
            do {
                try call.perform("account", "add", "--", address)
            } catch {
                var failure = call.site.environment.failure(error)
                failure.message = "The domain was added, but not the account \(address): \(failure.message)"
                failure.hint = "Add it under Users, Accounts."
                throw failure
            }
        }
        return .see("/domains/\(Escape.url(name))/added")
    }

    /// Somebody who has one customer only adds that customer's domains.
    private static func customer(_ call: Call, _ values: WebForm) throws -> String? {
        if let own = call.visitor.customer { return try call.store.read { try Customers.find($0, id: own)?.name } }
        return values["customer"].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func page(_ call: Call, _ values: WebForm, step: Int, failure: WebFailure?) throws -> WebResponse {
        var layout = Layout("Add Domain", section: "overview")
        layout.failure = failure
        let kept: HTML = """
            \(Form.token(call.visitor))\(Form.hidden("step", String(step)))
            \(["name", "type", "customer", "inbound", "accounts"].filter { !fields(step).contains($0) }.map { Form.hidden($0, values[$0] ?? "") })
            """
        let content: HTML = """
            <p class="hint">Step \(step) of 3</p>
            <form method="post" action="/domains/new">\(kept)
            \(try body(call, values, step, failure))
            <div class="buttons"><button class="main">\(step == 3 ? "Add Domain" : "Next")</button>
            \(step > 1 ? "<button name=\"back\" value=\"1\" formnovalidate>Back</button>" as HTML : "")
            <a class="button" href="/">Cancel</a></div></form>
            """
        return .page(layout.html(call.visitor, content), status: failure?.status ?? 200)
    }

    private static func fields(_ step: Int) -> [String] {
        switch step {
        case 1: ["name", "type", "customer"]
        case 2: ["inbound"]
        default: ["accounts"]
        }
    }

    private static func body(_ call: Call, _ values: WebForm, _ step: Int, _ failure: WebFailure?) throws -> HTML {
        func flaw(_ name: String) -> String? { failure?.field == name ? failure?.message : nil }
        switch step {
        case 1:
            let customers = try call.store.read { try Customers.list($0).map(\.name) }
            let choice: HTML =
                call.visitor.customer == nil && !customers.isEmpty
                ? Form.select("customer", "Customer", [("", "none")] + customers.map { ($0, $0) }) {
                    $0.value = values["customer"] ?? ""
                }
                : ""
            return """
                \(Form.input("name", "Domain name") {
                    $0.value = values["name"] ?? ""; $0.isRequired = true; $0.hint = "The part after the @, for example example.com."
                    $0.flaw = flaw("name"); $0.attributes = " autocapitalize=\"none\" spellcheck=\"false\" inputmode=\"url\""
                })
                \(ServerTypes.select(call, "type", values["type"] ?? "", flaw: flaw("type")))
                \(choice)
                """
        case 2:
            return Form.area("inbound", "Inbound servers", rows: 4) {
                $0.value = values["inbound"] ?? ""
                $0.hint =
                    "Where the gateway delivers this domain's mail. One a line: HOST, HOST:PORT or HOST:PORT/PREFERENCE; the lowest preference comes first. Can be left empty."
                $0.flaw = flaw("inbound")
            }
        default:
            return Form.area("accounts", "Accounts by hand", rows: 6) {
                $0.value = values["accounts"] ?? ""
                $0.hint = "One local part a line, for those that no directory knows. Can be left empty."
                $0.flaw = flaw("accounts")
            }
        }
    }

    private static func added(_ call: Call) throws -> WebResponse {
        let domain = try call.domain()
        var layout = Layout("\(domain.name) was added", section: "overview")
        layout.domain = try DomainPart.tabs(call, domain)
        let base = "/domains/\(Escape.url(domain.name))"
        let sync = "\(base)/sync/\(Escape.url(domain.serverType))"
        let tab = layout.domain?.sources.first?.title ?? "Sync"
        let content: HTML = """
            <p class="notice">\(domain.name) is here. Enforcement is off: gateways accept every address of it until you switch it on.</p>
            <h2>What comes next</h2>
            <ol><li><a href="\(sync)">Open \(tab)</a>, say where the directory is, and test the connection.</li>
            <li>Preview, then sync.</li>
            <li>Let the domain's MX record name this mail gateway: <code>\(domain.name). IN MX 10 <em>your gateway</em>.</code></li></ol>
            <div class="buttons"><a class="button main" href="\(sync)">Open \(tab)</a> <a class="button" href="\(base)/accounts">Accounts</a></div>
            """
        return .page(layout.html(call.visitor, content))
    }
}

/// The drop-down of installed connectors: nothing preselected, and those that cannot be used say why.
enum ServerTypes {
    static func select(_ call: Call, _ name: String, _ value: String, flaw: String?) -> HTML {
        let all = call.service.environment.catalog.scan().filter { $0.state != .doubled }
        let ready = all.filter { $0.state == .ready || $0.id == value }
        let away = all.filter { $0.state != .ready }
        let select = Form.select(
            name, "Server type", [("", "Choose …")] + ready.map { ($0.id, $0.tab?.title ?? $0.name) }
        ) {
            $0.value = value
            $0.isRequired = true
            $0.hint = "What the inbound server is: it decides which Sync tab appears under Users."
            $0.flaw = flaw
        }
        guard !away.isEmpty else { return select }
        let items = away.map { "<li>\($0.name): \($0.state.rawValue). \($0.reason ?? "")</li>" as HTML }
        return
            "\(select)<details><summary>\(Text.count(away.count, "connector", "connectors")) cannot be used</summary><ul>\(items)</ul></details>"
    }
}
