internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// Customers: who owns which domains, and who has a role on them. Roles are given on the page of administrators.
enum CustomerPages {
    static let routes: [Route] = [
        Route("GET", "/customers") { call in try page(call, WebForm(), nil) },
        Route("POST", "/customers", run: add),
        Route("POST", "/customers/:customer/remove") { call in
            try call.perform("customer", "remove", "--", call.parameter("customer"))
            return .see("/customers?done=removed")
        },
    ]

    private static func page(_ call: Call, _ values: WebForm, _ failure: WebFailure?) throws -> WebResponse {
        var layout = Layout("Customers", section: "customers")
        layout.notice = call.request.query["done"].flatMap(Notices.text)
        layout.failure = failure
        let (customers, domains, people) = try call.store.read { db in
            (
                try Customers.list(db), Dictionary(grouping: try Domains.list(db), by: \.customer),
                Dictionary(grouping: try Administrators.list(db), by: \.customer)
            )
        }
        let may = call.visitor.may(.admin)
        let rows = customers.map { customer -> [HTML] in
            let owned = domains[customer.id] ?? []
            let remove: HTML =
                may && owned.isEmpty
                ? Form.button(
                    "/customers/\(Escape.url(customer.name))/remove", "Remove", call.visitor, style: "danger") : ""
            return [
                "<bdi>\(customer.name)</bdi>", list(owned), roles(people[customer.id] ?? []),
                Text.time(customer.createdAt), remove,
            ]
        }
        let form: HTML =
            may
            ? """
            <section class="card" aria-labelledby="add-h"><h2 id="add-h">Add a customer</h2>
            <form method="post" action="/customers">\(Form.token(call.visitor))
            \(Form.input("name", "Name") { $0.isRequired = true; $0.value = values["name"] ?? ""; $0.autocomplete = "off"; $0.flaw = failure?.message; $0.hint = "Then choose it when adding domains and administrators." })
            <button class="main">Add</button></form></section>
            """ : ""
        let content: HTML = """
            <p>A customer owns domains. An administrator with a role on a customer sees that customer's domains only.</p>
            \(Grid.html("Customers", ["Name", "Domains", "Administrators", "Since", ""], rows, empty: "None. Domains without a customer belong to those who have a role on everything."))
            \(call.visitor.may(.owner) && !customers.isEmpty ? "<p>Give and take roles under <a href=\"/administrators\">Administrators</a>.</p>" as HTML : "")
            \(form)
            """
        return .page(layout.html(call.visitor, content), status: failure?.status ?? 200)
    }

    /// A customer may have a thousand.
    private static func list(_ domains: [Domain]) -> HTML {
        let links = domains.prefix(200).map { domain -> HTML in
            "<li><a href=\"/domains/\(Escape.url(domain.name))/accounts\">\(domain.name)</a></li>"
        }
        let rest: HTML = domains.count > 200 ? "<li>and \(domains.count - 200) more</li>" : ""
        return domains.isEmpty
            ? "<span class=\"none\">none</span>"
            : "<details\(domains.count < 4 ? " open" : "")><summary>\(Text.count(domains.count, "domain", "domains"))</summary><ul class=\"members\">\(links)\(rest)</ul></details>"
    }

    private static func roles(_ people: [Administrator]) -> HTML {
        let items = people.map { "<li><bdi>\($0.name)</bdi>, \($0.role.rawValue)</li>" as HTML }
        return people.isEmpty ? "<span class=\"none\">none</span>" : "<ul class=\"members\">\(items)</ul>"
    }

    private static func add(_ call: Call) throws -> WebResponse {
        let values = try call.request.form()
        do {
            try call.perform("customer", "add", "--", values["name"] ?? "")
            return .see("/customers?done=added")
        } catch {
            var failure = call.site.environment.failure(error)
            failure.field = "name"
            return try page(call, values, failure)
        }
    }
}
