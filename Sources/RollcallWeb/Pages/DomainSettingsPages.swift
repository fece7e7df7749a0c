internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// A domain's switches, and its end.
enum DomainSettingsPages {
    static let routes: [Route] = [
        Route("GET", "/domains/:domain/settings") { call in try page(call, WebForm(), nil) },
        Route("POST", "/domains/:domain/settings", run: save),
        Route("POST", "/domains/:domain/aliases", run: alias),
        Route("POST", "/domains/:domain/remove", run: remove),
    ]

    private static func page(_ call: Call, _ values: WebForm, _ failure: WebFailure?) throws -> WebResponse {
        let domain = try call.domain()
        var layout = try DomainPart.layout(call, domain, "Settings", "settings")
        layout.failure = failure
        func flaw(_ field: String) -> String? { failure?.field == field ? failure?.message : nil }
        let may = call.visitor.may(.admin)
        let off: HTML = may ? "" : " disabled"
        let aliases = domain.aliases.map { alias -> HTML in
            "<li>\(alias) \(may ? Form.button(DomainPart.path(domain, "/aliases"), "Remove", call.visitor, fields: "\(Form.hidden("name", alias))\(Form.hidden("remove", "1"))") : "")</li>"
        }
        let content: HTML = """
            <form method="post" action="\(DomainPart.path(domain, "/settings"))">\(Form.token(call.visitor))<fieldset\(off)><legend>What gateways are told</legend>
            \(flaw("enforce").map { "<p class=\"flaw\">\($0)</p>" as HTML })
            \(Form.check("enforce", "Enforce: refuse addresses that are not in the address book", isOn: values["enforce"].map { _ in values.all("enforce").last == "on" } ?? domain.enforce, hint: "Off: gateways accept every address of this domain."))
            \(try refused(call, domain))
            \(Form.input("subaddress", "Characters that start a sub-address") { $0.value = values["subaddress"] ?? domain.subaddress; $0.flaw = flaw("subaddress"); $0.hint = "anna+shop@ is delivered to anna@. Empty: +. The word none: no sub-addresses." })
            \(Form.input("catchall", "Catch-all") { $0.value = values["catchall"] ?? domain.catchall ?? ""; $0.flaw = flaw("catchall"); $0.hint = "The address that gets what is for nobody. Empty: none." })
            \(Form.check("expand_lists", "Tell gateways the members of lists", isOn: values["expand_lists"].map { _ in values.all("expand_lists").last == "on" } ?? domain.expandLists, hint: "Only for gateways that write aliases anew (virtual_alias_maps). Off: the mail server expands lists."))
            \(may ? "<button class=\"main\">Save</button>" as HTML : "")</fieldset></form>
            <h2>Domain aliases</h2><p class="hint">Other domain names with the same address list.</p><ul>\(aliases)</ul>
            \(may ? aliasForm(call, domain, flaw("name")) : "")
            \(may ? removal(call, domain, flaw("confirm")) : "")
            """
        return .page(layout.html(call.visitor, content), status: failure?.status ?? 200)
    }

    /// What switching enforcement on would have meant for the mail of the last days.
    private static func refused(_ call: Call, _ domain: Domain) throws -> HTML {
        guard !domain.enforce else { return "" }
        let refused = try call.store.read { try Lookups.refused($0, domain: domain.id, on: Lookups.day(call.now)) }
        return """
            <p class="hint" id="refused">With enforcement, \(Text.count(Int(clamping: refused.week), "recipient", "recipients")) asked for in the last 7 days
            would have been refused, \(Text.number(Int(clamping: refused.month))) in the last 30.</p>
            """
    }

    private static func aliasForm(_ call: Call, _ domain: Domain, _ flaw: String?) -> HTML {
        """
        <form method="post" action="\(DomainPart.path(domain, "/aliases"))">\(Form.token(call.visitor))
        \(Form.input("name", "Another name") { $0.isRequired = true; $0.flaw = flaw })<button>Add the alias</button></form>
        """
    }

    private static func removal(_ call: Call, _ domain: Domain, _ flaw: String?) -> HTML {
        """
        <section class="card failure" aria-labelledby="danger-h"><h2 id="danger-h">Remove this domain</h2>
        <p>With its sources, its address book and its history. This cannot be undone.</p>
        <form method="post" action="\(DomainPart.path(domain, "/remove"))">\(Form.token(call.visitor))
        \(Form.input("confirm", "Type \(domain.name) to remove it") { $0.isRequired = true; $0.flaw = flaw; $0.autocomplete = "off" })
        <button class="danger">Remove \(domain.name)</button></form></section>
        """
    }

    private static func save(_ call: Call) throws -> WebResponse {
        let domain = try call.domain()
        let values = try call.request.form()
        let enforce = values.all("enforce").last == "on"
        var pairs: [String] = []
        if enforce != domain.enforce { pairs.append("enforce=\(enforce ? "on" : "off")") }
        let expands = values.all("expand_lists").last == "on"
        if expands != domain.expandLists { pairs.append("expand_lists=\(expands ? "on" : "off")") }
        if let text = values["subaddress"], text != domain.subaddress { pairs.append("subaddress=\(text)") }
        if let text = values["catchall"], text != domain.catchall ?? "" { pairs.append("catchall=\(text)") }
        do {
            if !pairs.isEmpty { try call.perform(all: ["domain", "set", "--", domain.name] + pairs) }
        } catch {
            return try page(call, values, call.site.environment.failure(error))
        }
        return .see(DomainPart.path(domain, "/settings?done=saved"))
    }

    private static func alias(_ call: Call) throws -> WebResponse {
        let domain = try call.domain()
        let values = try call.request.form()
        do {
            let flags = values["remove"] == "1" ? ["--remove"] : []
            try call.perform(all: ["domain", "alias"] + flags + ["--", domain.name, values["name"] ?? ""])
        } catch {
            var failure = call.site.environment.failure(error)
            failure.field = "name"
            return try page(call, WebForm(), failure)
        }
        return .see(DomainPart.path(domain, "/settings?done=saved"))
    }

    private static func remove(_ call: Call) throws -> WebResponse {
        let domain = try call.domain()
        guard try call.request.form()["confirm"]?.lowercased() == domain.name else {
            return try page(
                call, WebForm(),
                WebFailure(
                    422, "The name that was typed is not \(domain.name), so nothing was removed.", field: "confirm"))
        }
        try call.perform("domain", "remove", "--yes", "--", domain.name)
        return .see("/?done=domain-removed")
    }
}
