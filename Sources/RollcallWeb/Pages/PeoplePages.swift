internal import FoundationEssentials
internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// Administrators, and the tokens of programs. What was made by the machine is shown once, on the page that answers.
enum PeoplePages {
    static let routes: [Route] = [
        Route("GET", "/administrators") { call in try administrators(call, made: nil, WebForm(), nil) },
        Route("POST", "/administrators", isSlow: true, run: addAdministrator),
        Route("POST", "/administrators/:name/password", isSlow: true) { call in
            let answer = try call.perform("admin", "password", "--", call.parameter("name"))
            return try administrators(call, made: secret(answer, "password"), WebForm(), nil)
        },
        Route("POST", "/administrators/:name/role") { call in
            let values = try call.request.form()
            // A form without the field leaves it as it is.
            let on = values["customer"].map { $0.isEmpty ? ["--everywhere"] : ["--customer=\($0)"] } ?? []
            try call.perform(all: ["admin", "role"] + on + ["--", call.parameter("name"), values["role"] ?? ""])
            return .see("/administrators?done=role")
        },
        Route("POST", "/administrators/:name/remove") { call in
            try call.perform("admin", "remove", "--", call.parameter("name"))
            return .see("/administrators?done=removed")
        },
        Route("GET", "/tokens") { call in try tokens(call, made: nil, WebForm(), nil) },
        Route("POST", "/tokens", run: makeToken),
        Route("POST", "/tokens/:token/revoke") { call in
            try PeopleAPI.revoke(call, call.parameter("token"))
            return .see("/tokens?done=revoked")
        },
    ]

    private static func secret(_ answer: [UInt8], _ key: String) -> (name: String, secret: String)? {
        struct Made: Decodable {
            var name: String?
            var id: String?
            var password: String?
            var token: String?
        }
        guard let made = try? JSONDecoder().decode(Made.self, from: Data(answer)),
            let secret = made.password ?? made.token
        else { return nil }
        return (made.name ?? made.id ?? "", secret)
    }

    private static func once(_ made: (name: String, secret: String)?, _ what: String) -> HTML {
        guard let made else { return "" }
        return """
            <section class="card held-box" role="status" aria-labelledby="once-h"><h2 id="once-h">\(what) \(made.name): shown once</h2>
            <p><code id="once">\(made.secret)</code> <button type="button" data-copy="once" hidden>Copy</button></p>
            <p>It is kept nowhere: this page is the only place where it can be read.</p></section>
            """
    }

    private static func customers(_ call: Call) throws -> [(String, String)] {
        try [("", "everything")] + call.store.read { try Customers.list($0).map { ($0.name, $0.name) } }
    }

    // MARK: Administrators

    private static func administrators(
        _ call: Call, made: (name: String, secret: String)?, _ values: WebForm, _ failure: WebFailure?
    ) throws -> WebResponse {
        var layout = Layout("Administrators", section: "administrators")
        layout.notice = call.request.query["done"].flatMap(Notices.text)
        layout.failure = failure
        let (all, names) = try call.store.read { db in
            (
                try Administrators.list(db),
                Dictionary(try Customers.list(db).map { ($0.id, $0.name) }, uniquingKeysWith: { a, _ in a })
            )
        }
        let choices = try customers(call)
        let rows = all.map { one -> [HTML] in
            let path = "/administrators/\(Escape.url(one.name))"
            let on = one.customer.map { names[$0] ?? "a removed customer" }
            return [
                "<bdi>\(one.name)</bdi>",
                one.id == call.visitor.administrator?.id
                    ? "\(one.role.rawValue) on \(on ?? "everything")" : roleForm(call, one, on, choices),
                Text.time(one.createdAt), one.isOneTime ? "one-time password" : "own password",
                one.id == call.visitor.administrator?.id
                    ? ""
                    : "\(Form.button(path + "/password", "New password", call.visitor)) \(Form.button(path + "/remove", "Remove", call.visitor, style: "danger"))",
            ]
        }
        let roles = Role.allCases.map { ($0.rawValue, $0.rawValue) }
        let content: HTML = """
            \(once(made, "One-time password of"))
            \(Grid.html("Administrators", ["Name", "Role", "Since", "Password", ""], rows, empty: "None."))
            <section class="card" aria-labelledby="add-h"><h2 id="add-h">Add an administrator</h2>
            <form method="post" action="/administrators">\(Form.token(call.visitor))
            \(Form.input("name", "Name") { $0.isRequired = true; $0.value = values["name"] ?? ""; $0.autocomplete = "off"; $0.flaw = failure?.message })
            \(Form.select("role", "Role", roles) { $0.value = values["role"] ?? "admin"; $0.hint = "viewer looks; operator starts, approves and undoes runs; admin changes domains; owner changes administrators." })
            \(Form.select("customer", "On", choices) { $0.value = values["customer"] ?? ""; $0.hint = "Everything, or only the domains of a customer." })
            <button class="main">Add</button></form></section>
            """
        return .page(layout.html(call.visitor, content), status: failure?.status ?? 200)
    }

    private static func roleForm(
        _ call: Call, _ one: Administrator, _ on: String?, _ choices: [(String, String)]
    ) -> HTML {
        let items = Role.allCases.map { role -> HTML in
            "<option\(role == one.role ? " selected" : "")>\(role.rawValue)</option>"
        }
        let places = choices.map { value, label -> HTML in
            "<option value=\"\(field: value)\"\(value == on ?? "" ? " selected" : "")>\(label)</option>"
        }
        return """
            <form method="post" action="/administrators/\(Escape.url(one.name))/role" class="pair">\(Form.token(call.visitor))
            <select name="role" aria-label="Role of \(one.name)">\(items)</select> <span>on</span>
            <select name="customer" aria-label="What \(one.name) has the role on">\(places)</select> <button>Set</button></form>
            """
    }

    private static func addAdministrator(_ call: Call) throws -> WebResponse {
        let values = try call.request.form()
        do {
            var words = ["admin", "add", "--role=\(values["role"] ?? "")"]
            if let customer = values["customer"], !customer.isEmpty { words.append("--customer=\(customer)") }
            let answer = try call.perform(all: words + ["--", values["name"] ?? ""])
            return try administrators(call, made: secret(answer, "password"), WebForm(), nil)
        } catch {
            var failure = call.site.environment.failure(error)
            failure.field = "name"
            return try administrators(call, made: nil, values, failure)
        }
    }

    // MARK: Tokens

    private static func tokens(
        _ call: Call, made: (name: String, secret: String)?, _ values: WebForm, _ failure: WebFailure?
    ) throws -> WebResponse {
        var layout = Layout("Tokens", section: "tokens")
        layout.notice = call.request.query["done"].flatMap(Notices.text)
        layout.failure = failure
        let rows = try PeopleAPI.tokens(call).map { token -> [HTML] in
            let end: HTML =
                token.expiresAt < call.now ? "ended \(Text.time(token.expiresAt))" : Text.time(token.expiresAt)
            return [
                "<bdi>\(token.name.isEmpty ? token.id : token.name)</bdi>", "\(token.role.rawValue), \(token.scope)",
                "<bdi>\(token.createdBy)</bdi>", Text.time(token.usedAt), end,
                Form.button("/tokens/\(Escape.url(token.id))/revoke", "Revoke", call.visitor, style: "danger"),
            ]
        }
        let scope: HTML =
            call.visitor.customer == nil
            ? Form.select("customer", "On", try customers(call)) { $0.value = values["customer"] ?? "" } : ""
        let content: HTML = """
            \(once(made, "Token"))
            \(Grid.html("Tokens", ["Name", "May", "Made by", "Last used", "Ends", ""], rows, empty: "None. A token lets a program use the API in place of a person."))
            <section class="card" aria-labelledby="make-h"><h2 id="make-h">Make a token</h2>
            <form method="post" action="/tokens">\(Form.token(call.visitor))
            \(Form.input("name", "What it is for") { $0.value = values["name"] ?? ""; $0.flaw = failure?.message; $0.autocomplete = "off" })
            \(Form.select("role", "Role", Role.allCases.filter(call.visitor.may).map { ($0.rawValue, $0.rawValue) }) { $0.value = values["role"] ?? "viewer" })
            \(Form.select("scope", "For", [("api", "the API"), ("maps", "the gateways' tables only"), ("replica", "a replica only")]) { $0.value = values["scope"] ?? "api" })
            \(scope)
            \(Form.input("expires", "Ends after days") { $0.value = values["expires"] ?? "90"; $0.attributes = " inputmode=\"numeric\""; $0.hint = "At most 365." })
            <button class="main">Make</button></form></section>
            """
        return .page(layout.html(call.visitor, content), status: failure?.status ?? 200)
    }

    private static func makeToken(_ call: Call) throws -> WebResponse {
        let values = try call.request.form()
        do {
            guard let days = Int(values["expires"] ?? "90") else {
                throw WebFailure(422, "How many days is a number.", field: "expires")
            }
            let new = PeopleAPI.NewToken(
                name: values["name"], role: values["role"], scope: values["scope"], customer: values["customer"],
                expires: days)
            return try tokens(call, made: secret(try PeopleAPI.makeToken(call, new), "token"), WebForm(), nil)
        } catch {
            var failure = call.site.environment.failure(error)
            failure.field = "name"
            return try tokens(call, made: nil, values, failure)
        }
    }
}
