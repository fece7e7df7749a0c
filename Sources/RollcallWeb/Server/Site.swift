internal import FoundationEssentials
package import RollcallCore
internal import RollcallGateway
package import RollcallStore
package import RollcallSync

/// The dashboard and the API as a function from request to answer, without a socket: what is asked for, who asks,
/// whether they may, and then the handler. Every rule that holds for all routes is in here and nowhere else.
package final class Site: Sendable {
    package let environment: SiteEnvironment
    package let routes: RouteTable
    let gate = HashGate()
    package let live: LiveRuns
    let counts = RequestCounts()
    let consents = PendingConsents()
    let maps = MapMemory()
    let replicas = ReplicaSource()

    /// Does not come up where a route has no permission.
    package init(_ environment: SiteEnvironment, routes: [Route] = Site.allRoutes) throws {
        self.environment = environment
        self.routes = try RouteTable(routes, Permissions.table)
        live = LiveRuns(environment.service)
    }

    package static let allRoutes = Pages.routes + API.routes + MapRoutes.routes + ReplicaRoutes.routes + Health.routes

    /// How large a body this request may have, and whether it needs a thread of its own; before the body is read.
    package func terms(_ method: String, _ segments: [String]) -> (mostBody: Int, isSlow: Bool) {
        if case .found(let entry, _) = routes.match(method, segments) {
            return (entry.route.mostBody, entry.route.isSlow)
        }
        return (0, false)
    }

    package func answer(_ request: WebRequest) -> WebResponse {
        let style = style(of: request)
        var response: WebResponse
        var who = Visitor.nobody
        do {
            response = try respond(request, &who)
        } catch {
            response = refusal(environment.failure(error), request, style, who)
        }
        if request.method == "HEAD" {
            // As long as the answer to a GET would be.
            if case .bytes(let bytes) = response.body, response.status == 200 {
                response = response.with("content-length", String(bytes.count))
            }
            response.body = .bytes([])
        }
        counts.count(style, response.status)
        return Headers.complete(response, request, isSecure: environment.settings.isSecure)
    }

    private func respond(_ request: WebRequest, _ who: inout Visitor) throws -> WebResponse {
        let method = request.method == "HEAD" ? "GET" : request.method
        let entry: RouteTable.Entry
        let parameters: [String: String]
        switch routes.match(method, request.segments) {
        case .found(let found, let values): (entry, parameters) = (found, values)
        case .otherMethod(let methods):
            try checkHost(request)
            return refusal(
                WebFailure(405, "\(request.method) is not possible here."), request, style(of: request), who
            ).with("allow", methods.sorted().joined(separator: ", "))
        case .none:
            try checkHost(request)
            throw WebFailure.notFound
        }
        if entry.route.style != .plain { try checkHost(request) }
        who = entry.route.style == .page ? try browser(request) : try program(request, entry)
        try admit(who, entry, request)
        if entry.route.style == .page, method != "GET" { try FormGuard.check(request, who, environment.settings) }
        let call = Call(site: self, request: request, visitor: who, parameters: parameters)
        guard method != "GET" else { return try entry.route.handler(call) }
        let audit = AuditRequest(origin: request.peer)
        let response = try AuditRequest.$current.withValue(audit) { try entry.route.handler(call) }
        // A command that was done for it has told more than could be told here.
        if who.role != nil, !audit.isRecorded { try record(call, entry, response) }
        return response
    }

    private func style(of request: WebRequest) -> Route.Style {
        ["api", "maps", "replica"].contains(request.segments.first) ? .api : .page
    }

    private func checkHost(_ request: WebRequest) throws {
        let host = (request.headers["host"] ?? "").lowercased()
        guard environment.settings.hosts.contains(host) else {
            throw WebFailure(
                421, "This is not the host \(host).",
                hint: "Set http.base_url to the name by which browsers reach Rollcall.")
        }
    }

    // MARK: Who asks

    private func browser(_ request: WebRequest) throws -> Visitor {
        guard let session = request.cookies[environment.settings.cookie], session.utf8.count == 43 else {
            return .nobody
        }
        let hash = RandomText.hash(session)
        let store = environment.service.environment.store
        let now = environment.service.environment.now()
        let found = try store.read { db -> (WebSession, Administrator)? in
            guard let session = try Sessions.find(db, hash: hash, at: now),
                let administrator = try Administrators.find(db, id: session.administrator)
            else { return nil }
            return (session, administrator)
        }
        guard let (known, administrator) = found else { return .nobody }
        // Once a minute is enough to know who idles, and spares a write a page.
        if now.seconds - known.seenAt.seconds >= 60 { try store.write { try Sessions.touch($0, hash: hash, at: now) } }
        return Visitor(.browser(session: session, administrator: administrator))
    }

    private func program(_ request: WebRequest, _ entry: RouteTable.Entry) throws -> Visitor {
        guard let text = token(of: request, entry) else { return .nobody }
        guard RandomText.isToken(text) else { return .nobody }
        let store = environment.service.environment.store
        let now = environment.service.environment.now()
        guard let token = try store.read({ try Tokens.find($0, hash: RandomText.hash(text), at: now) }) else {
            return .nobody
        }
        if now.seconds - (token.usedAt?.seconds ?? 0) >= 60 {
            SecretRegistry.shared.add(text)
            try store.write { try Tokens.setUsed($0, id: token.id, at: now) }
        }
        return Visitor(.program(token))
    }

    private func token(of request: WebRequest, _ entry: RouteTable.Entry) -> String? {
        if let value = request.headers["authorization"] {
            let parts = value.split(separator: " ", maxSplits: 1)
            return parts.count == 2 && parts[0].lowercased() == "bearer" ? String(parts[1]) : nil
        }
        // Addresses are written into more logs than headers are: only where the reader has no other way.
        return entry.permission == .scope("maps") ? request.query["token"] : nil
    }

    private func admit(_ visitor: Visitor, _ entry: RouteTable.Entry, _ request: WebRequest) throws {
        let isNobody = visitor.role == nil
        if entry.permission.allows(visitor) {
            if let administrator = visitor.administrator, administrator.isOneTime,
                entry.permission != .signedIn, entry.permission != .everybody
            {
                throw WebFailure(redirect: "/password")
            }
            return
        }
        if isNobody, case .program = visitor.kind {
            throw WebFailure(403, "This token is for other things.", hint: "This asks for \(entry.permission).")
        }
        if isNobody {
            if entry.route.style == .page {
                throw WebFailure(
                    redirect: request.method == "GET" ? "/login?next=\(Escape.url(request.path))" : "/login")
            }
            throw WebFailure(
                401, "A token is needed here.",
                hint: "Make one with `rollcall token create`, and send it as a bearer token.")
        }
        throw WebFailure(
            403, "You may not do this: it asks for the role \(entry.permission).", hint: "Ask an owner for it.")
    }

    private func record(_ call: Call, _ entry: RouteTable.Entry, _ response: WebResponse) throws {
        try call.store.write { db in
            try Audit.add(
                db, who: call.visitor.name, origin: call.request.peer, what: entry.route.name,
                target: call.request.path,
                answer: response.status, at: call.now)
        }
    }

    // MARK: Refusals

    private func refusal(
        _ failure: WebFailure, _ request: WebRequest, _ style: Route.Style, _ who: Visitor
    ) -> WebResponse {
        if let path = failure.redirect { return .see(path) }
        var response =
            style == .page
            ? WebResponse.page(FailurePage.html(failure, who), status: failure.status)
            : Problems.response(failure, request)
        if failure.status == 401, style == .api { response = response.with("www-authenticate", "Bearer") }
        if let seconds = failure.retryAfter { response = response.with("retry-after", String(max(1, seconds))) }
        return response
    }
}
