internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// Signing in and out, and one's own password.
enum SignInPages {
    static let routes: [Route] = [
        Route("GET", "/login") { call in
            if call.visitor.administrator != nil { return .see("/") }
            return form(call, name: "", failure: nil)
        },
        Route("POST", "/login", isSlow: true, run: login),
        Route("POST", "/logout") { call in
            if case .browser(let session, _) = call.visitor.kind {
                try call.store.write { try Sessions.remove($0, hash: RandomText.hash(session)) }
            }
            return WebResponse.see("/login").with("set-cookie", cookie(call, "", seconds: 0))
        },
        Route("GET", "/password") { call in try passwordPage(call, failure: nil) },
        Route("POST", "/password", isSlow: true, run: setPassword),
        Route("POST", "/sessions/end") { call in
            guard let administrator = call.visitor.administrator else { throw WebFailure.notFound }
            try call.store.write { try Sessions.removeAll($0, administrator: administrator.id) }
            return .see("/login")
        },
    ]

    private static func cookie(_ call: Call, _ value: String, seconds: Int64) -> String {
        cookie(call.site.environment.settings.cookie, value, seconds, call)
    }

    private static func cookie(_ name: String, _ value: String, _ seconds: Int64, _ call: Call) -> String {
        let secure = call.site.environment.settings.isSecure ? "; Secure" : ""
        return "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax; Max-Age=\(seconds)\(secure)"
    }

    // MARK: Signing in

    private static func form(_ call: Call, name: String, failure: WebFailure?) -> WebResponse {
        // Nobody has a session yet, so the form's token is made from a visit, which is good for this form only.
        let settings = call.site.environment.settings
        let visit = call.request.cookies[settings.visitCookie] ?? RandomText.make()
        var layout = Layout("Sign in")
        layout.failure = failure
        let next = NextPath.checked(call.request.query["next"])
        let content: HTML = """
            <form method="post" action="/login" class="narrow">
            \(Form.hidden(FormGuard.field, RandomText.formToken(of: visit)))\(Form.hidden("next", next))
            \(Form.input("name", "Name") { $0.value = name; $0.isRequired = true; $0.autocomplete = "username"; $0.attributes = " autocapitalize=\"none\" spellcheck=\"false\"" })
            \(Form.input("password", "Password") { $0.type = "password"; $0.isRequired = true; $0.autocomplete = "current-password" })
            <button class="main">Sign in</button></form>
            """
        return WebResponse.page(layout.html(.nobody, content), status: failure?.status ?? 200)
            .with("set-cookie", cookie(settings.visitCookie, visit, 3600, call))
    }

    private static func login(_ call: Call) throws -> WebResponse {
        let values = try call.request.form()
        let name = values["name"] ?? ""
        let environment = call.site.environment
        let signIn = SignIn(store: call.store, gate: call.site.gate, cost: environment.settings.cost, now: call.now)
        do {
            let session = try signIn.session(call.request, name: name, password: values["password"] ?? "")
            return WebResponse.see(NextPath.checked(values["next"]))
                .with("set-cookie", cookie(call, session, seconds: Sessions.longest))
        } catch let failure as WebFailure {
            var response = form(call, name: name, failure: failure)
            if let seconds = failure.retryAfter { response = response.with("retry-after", String(seconds)) }
            return response
        }
    }

    // MARK: One's own password

    private static func passwordPage(_ call: Call, failure: WebFailure?) throws -> WebResponse {
        guard let administrator = call.visitor.administrator else { throw WebFailure.notFound }
        var layout = Layout(administrator.isOneTime ? "Set your own password" : "Your password", section: "password")
        layout.failure = failure
        let sessions = try call.store.read { try Sessions.list($0, administrator: administrator.id, at: call.now) }
        let old: HTML =
            administrator.isOneTime
            ? "<p>The one-time password has done its work. Set your own now; everything else opens after that.</p>"
            : Form.input("old", "Password so far") {
                $0.type = "password"; $0.isRequired = true; $0.autocomplete = "current-password"
            }
        let content: HTML = """
            <form method="post" action="/password" class="narrow">\(Form.token(call.visitor))\(old)
            \(Form.input("new", "New password") {
                $0.type = "password"; $0.isRequired = true; $0.autocomplete = "new-password"
                $0.hint = "At least 12 characters. A few words that nobody would put together are better than signs."
                $0.flaw = failure?.field == "new" ? failure?.message : nil
            })
            \(Form.input("again", "New password again") { $0.type = "password"; $0.isRequired = true; $0.autocomplete = "new-password" })
            <button class="main">Set password</button></form>
            \(administrator.isOneTime ? "" : sessionsPart(call, sessions))
            """
        return .page(layout.html(call.visitor, content), status: failure?.status ?? 200)
    }

    private static func sessionsPart(_ call: Call, _ sessions: [WebSession]) -> HTML {
        let rows = sessions.map { session -> [HTML] in
            [
                "\(session.agent.isEmpty ? "unknown" : session.agent)", Text.time(session.createdAt),
                Text.time(session.seenAt),
            ]
        }
        return """
            <h2>Where you are signed in</h2>
            \(Grid.html("Your sessions", ["Browser", "Since", "Last seen"], rows, empty: "Nowhere."))
            \(Form.button("/sessions/end", "Sign out everywhere", call.visitor))
            """
    }

    private static func setPassword(_ call: Call) throws -> WebResponse {
        guard let administrator = call.visitor.administrator else { throw WebFailure.notFound }
        let values = try call.request.form()
        let new = values["new"] ?? ""
        let cost = call.site.environment.settings.cost
        let gate = call.site.gate
        do {
            if !administrator.isOneTime {
                let isRight = try gate.pass { try Passwords.matches(values["old"] ?? "", administrator.password) }
                guard isRight else { throw WebFailure(422, "The password so far is not right.", field: "old") }
            }
            let domains = try call.store.read { try Domains.list($0) }.map(\.name)
            if let flaw = Passwords.flaw(new, name: administrator.name, domains: domains) {
                throw WebFailure(422, flaw, field: "new")
            }
            guard new == values["again"] else {
                throw WebFailure(422, "The two new passwords are not the same.", field: "again")
            }
            if try gate.pass({ try Passwords.matches(new, administrator.password) }) {
                throw WebFailure(422, "That is the password so far; take another one.", field: "new")
            }
        } catch let failure as WebFailure {
            return try passwordPage(call, failure: failure)
        }
        let verifier = try gate.pass { try Passwords.verifier(new, cost: cost) }
        let session = RandomText.make()
        try call.store.write { db in
            try Administrators.setPassword(db, id: administrator.id, verifier, isOneTime: false, at: call.now)
            // All sessions have ended with the old password; this browser gets a new one.
            try Sessions.add(
                db, hash: RandomText.hash(session), administrator: administrator.id,
                agent: String((call.request.headers["user-agent"] ?? "").prefix(200)), at: call.now)
        }
        return WebResponse.see("/").with("set-cookie", cookie(call, session, seconds: Sessions.longest))
    }
}
