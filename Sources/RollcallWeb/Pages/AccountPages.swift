internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// Users: the accounts and the lists of a domain's address book, a page of them at a time, and those made by hand.
enum AccountPages {
    static let routes: [Route] = [
        Route("GET", "/domains/:domain/accounts") { call in
            try page(call, isList: false, values: WebForm(), failure: nil)
        },
        Route("POST", "/domains/:domain/accounts", run: add),
        Route("POST", "/domains/:domain/accounts/remove", run: remove),
        Route("GET", "/domains/:domain/lists") { call in try page(call, isList: true, values: WebForm(), failure: nil)
        },
    ]

    static let size = 100

    private static func page(_ call: Call, isList: Bool, values: WebForm, failure: WebFailure?) throws -> WebResponse {
        let query = call.request.query["q"] ?? ""
        let after = call.request.query["after"].flatMap { WebForm.decode(Array($0.utf8), plusIsBlank: false) } ?? ""
        let filter = Book.Filter(isList: isList, text: Array(query.utf8), after: Array(after.utf8), limit: size + 1)
        let domain = try call.domain()
        let (entries, owners, counts) = try call.store.read { db in
            var entries: [Entry] = []
            try Book.eachEntry(db, domain: domain.id, filter) { view in
                if let entry = BookRow(view).entry { entries.append(entry) }
            }
            return (entries, try OwnerNames(db, domain), try Book.counts(db, domain: domain.id))
        }
        let title = isList ? "Lists" : "Accounts"
        var layout = try DomainPart.layout(call, domain, title, isList ? "lists" : "accounts")
        layout.failure = failure
        let total = counts.filter { ($0.kind == EntryKind.list.rawValue) == isList }.reduce(0) { $0 + Int($1.entries) }
        let path = DomainPart.path(domain, isList ? "/lists" : "/accounts")
        let shown = Array(entries.prefix(size))
        let more: HTML =
            entries.count > size
            ? "<p><a href=\"\(path)?after=\(Escape.url(Escape.url(String(decoding: Address.key(of: shown[size - 1].primary), as: UTF8.self))))&amp;q=\(Escape.url(query))\">Next \(size)</a></p>"
            : ""
        let content: HTML = """
            <p>\(isList ? Text.count(total, "list", "lists") : Text.count(total, "account", "accounts")), edition \(domain.edition) of the address book.</p>
            <form method="get" action="\(path)" class="filter" role="search"><div><label for="q">Find an address or a name</label>
            <input id="q" name="q" type="search" value="\(field: query)"></div><button>Find</button></form>
            \(table(call, domain, shown, owners, isList: isList, query: query, total: total))
            \(more)
            \(call.visitor.may(.admin) ? addForm(call, domain, isList: isList, values, failure) : "")
            """
        return .page(layout.html(call.visitor, content), status: failure?.status ?? 200)
    }

    private static func table(
        _ call: Call, _ domain: Domain, _ entries: [Entry], _ owners: OwnerNames, isList: Bool, query: String,
        total: Int
    ) -> HTML {
        let rows = entries.map { entry -> [HTML] in
            let owner = owners[entry.owner]
            let state: HTML = entry.until.map { "in grace until \(Text.time(Timestamp(seconds: $0)))" } ?? "active"
            let remove: HTML =
                entry.owner == .manual && call.visitor.may(.admin)
                ? Form.button(
                    DomainPart.path(domain, "/accounts/remove"), "Remove", call.visitor, style: "danger",
                    fields: "\(Form.hidden("address", entry.primary))\(Form.hidden("list", isList ? "1" : ""))")
                : ""
            return [
                "<a href=\"/explain?address=\(Escape.url(entry.primary))\">\(Text.address(entry.primary))</a>\(name(entry))",
                "\(isList ? members(entry) : "\(entry.kind.name)" as HTML)", aliases(entry), "\(owner)", state, remove,
            ]
        }
        let none: HTML =
            !query.isEmpty
            ? "Nothing here has “\(query)” in its address, name or members."
            : total == 0 && domain.edition == 0
                ? "None yet: nothing has been synced. <a href=\"\(DomainPart.path(domain, "/sync/\(Escape.url(domain.serverType))"))\">Open the Sync tab</a>."
                : "None."
        return Grid.html(
            isList ? "Lists" : "Accounts", ["Address", isList ? "Members" : "Kind", "Aliases", "Owner", "State", ""],
            rows, empty: none)
    }

    private static func name(_ entry: Entry) -> HTML {
        entry.name.isEmpty ? "" : "<br><span class=\"hint\"><bdi>\(entry.name)</bdi></span>"
    }

    private static func aliases(_ entry: Entry) -> HTML {
        let all =
            entry.aliases.map(Text.address)
            + entry.grace.map { "\(Text.address($0.address)) (in grace)" as HTML }
        guard all.count > 3 else { return joined(all) }
        return "<details><summary>\(all.count) aliases</summary>\(joined(all))</details>"
    }

    private static func members(_ entry: Entry) -> HTML {
        guard !entry.members.isEmpty else { return "none" }
        let items = entry.members.prefix(500).map { "<li><bdi>\($0)</bdi></li>" as HTML }
        let rest: HTML = entry.members.count > 500 ? "<li>and \(entry.members.count - 500) more</li>" : ""
        return
            "<details><summary>\(Text.count(entry.members.count, "member", "members"))</summary><ul class=\"members\">\(Array(items))\(rest)</ul></details>"
    }

    private static func joined(_ parts: [HTML]) -> HTML {
        var out: HTML = ""
        for (index, part) in parts.enumerated() { out += index == 0 ? part : "<br>\(part)" }
        return out
    }

    private static func addForm(_ call: Call, _ domain: Domain, isList: Bool, _ values: WebForm, _ failure: WebFailure?)
        -> HTML
    {
        """
        <details class="card"\(failure == nil ? "" : " open")><summary>Add \(isList ? "a list" : "accounts") by hand</summary>
        <form method="post" action="\(DomainPart.path(domain, "/accounts"))">\(Form.token(call.visitor))\(Form.hidden("list", isList ? "1" : ""))
        \(Form.area("accounts", isList ? "Addresses of the lists" : "Local parts", rows: 4) {
            $0.value = values["accounts"] ?? ""
            $0.hint = "One a line, without the @\(domain.name). What is made by hand stays until a person removes it or gives it to a source."
            $0.flaw = failure?.message; $0.isRequired = true
        })
        <button class="main">Add</button></form></details>
        """
    }

    private static func add(_ call: Call) throws -> WebResponse {
        let domain = try call.domain()
        let values = try call.request.form()
        let isList = values["list"] == "1"
        for line in ListValue.items(values["accounts"] ?? "") {
            let address = line.utf8.contains(UInt8(ascii: "@")) ? line : "\(line)@\(domain.name)"
            // Of this domain, whatever was typed: the visitor may have rights on no other.
            guard let checked = try? Address(address),
                checked.domain == domain.name || domain.aliases.contains(checked.domain)
            else {
                return try page(
                    call, isList: isList, values: values,
                    failure: WebFailure(422, "“\(line)” makes no address of \(domain.name).", field: "accounts"))
            }
            do {
                try call.perform(all: ["account", "add"] + (isList ? ["--list"] : []) + ["--", address])
            } catch {
                var failure = call.site.environment.failure(error)
                failure.field = "accounts"
                return try page(call, isList: isList, values: values, failure: failure)
            }
        }
        return .see(DomainPart.path(domain, isList ? "/lists?done=added" : "/accounts?done=added"))
    }

    private static func remove(_ call: Call) throws -> WebResponse {
        let domain = try call.domain()
        let values = try call.request.form()
        let address = values["address"] ?? ""
        guard let checked = try? Address(address),
            checked.domain == domain.name || domain.aliases.contains(checked.domain)
        else {
            throw WebFailure(422, "\(address) is no address of \(domain.name).")
        }
        try call.perform("account", "remove", "--yes", "--", address)
        return .see(DomainPart.path(domain, values["list"] == "1" ? "/lists?done=removed" : "/accounts?done=removed"))
    }
}
