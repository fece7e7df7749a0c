internal import FoundationEssentials
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync
internal import Synchronization

/// Consent in the browser: the page that says where to grant it, and the fixed path to which the browser comes back. What
/// comes back counts once, within ten minutes, in the session that began it.
enum ConsentPages {
    static let routes: [Route] = [
        Route("POST", "/domains/:domain/sync/:type/consent", isSlow: true, run: begin),
        Route("GET", "/consent", isSlow: true, run: finish),
    ]

    private static func begin(_ call: Call) throws -> WebResponse {
        var page = try SyncPage(call)
        let name = SourceName(domain: page.domain.name, type: page.source.type)
        let base = call.site.environment.settings.baseURL
        let request: ConsentRequest
        do {
            request = try call.service.beginConsent(
                name, redirect: (base.hasSuffix("/") ? String(base.dropLast()) : base) + "/consent",
                by: call.visitor.name)
        } catch {
            // What is wrong is mended on this tab, or said to the operator.
            page.failure = call.site.environment.failure(error)
            page.failure?.field = nil
            return try page.response()
        }
        guard let target = try? WebRequest(method: "GET", target: request.url), let state = target.query["state"],
            case .browser(let session, _) = call.visitor.kind
        else { throw WebFailure(409, "The connector names a place that would not lead back here.") }
        call.site.consents.add(state: state, session: session, name: name, until: request.expires)
        let layout = try DomainPart.layout(call, page.domain, "Grant access", "sync/\(page.source.type)")
        let content: HTML = """
            <p>An administrator of the directory allows Rollcall to read its users and groups. Go there in this browser; it comes back by itself.</p>
            <div class="buttons"><a class="button main" href="\(field: request.url)" rel="noreferrer">Go to \(host(request.url))</a>
            <a class="button" href="\(page.path)">Cancel</a></div>
            <p class="hint">Good until \(Text.time(request.expires)).</p>
            """
        return .page(layout.html(call.visitor, content))
    }

    private static func host(_ url: String) -> String {
        url.split(separator: "/").dropFirst().first.map(String.init) ?? "the directory"
    }

    private static func finish(_ call: Call) throws -> WebResponse {
        guard let state = call.request.query["state"], case .browser(let session, _) = call.visitor.kind,
            let name = call.site.consents.take(state: state, session: session, at: call.now)
        else {
            throw WebFailure(
                409, "This consent was not begun here, or it took more than ten minutes.",
                hint: "Begin it again on the Sync tab.")
        }
        // Whoever began it may have lost the right to since.
        let domain = try call.store.read { try call.domain($0, name.domain) }
        let query = call.request.query.pairs.map { "\(Escape.url($0.name))=\(Escape.url($0.value))" }.joined(
            separator: "&")
        do {
            try call.service.completeConsent(
                name, redirected: "\(call.site.environment.settings.baseURL)/consent?\(query)", by: call.visitor.name)
        } catch {
            // Back where it was begun, and can be begun again.
            let place = ["domain": domain.name, "type": name.type ?? domain.serverType]
            var page = try SyncPage(
                Call(site: call.site, request: call.request, visitor: call.visitor, parameters: place))
            page.failure = call.site.environment.failure(error)
            page.failure?.field = nil
            return try page.response()
        }
        return .see(DomainPart.path(domain, "/sync/\(Escape.url(name.type ?? domain.serverType))?done=consent"))
    }
}

/// Consents that were begun in a browser and have not come back.
final class PendingConsents: Sendable {
    private struct Pending {
        var session: [UInt8]
        var name: SourceName
        var until: Timestamp
    }

    private let pending = Mutex<[[UInt8]: Pending]>([:])

    func add(state: String, session: String, name: SourceName, until: Timestamp) {
        pending.withLock { all in
            if all.count >= 1000 { all.removeAll() }
            all[RandomText.hash(state)] = Pending(session: RandomText.hash(session), name: name, until: until)
        }
    }

    /// Good once, whatever comes of it.
    func take(state: String, session: String, at now: Timestamp) -> SourceName? {
        let found = pending.withLock { $0.removeValue(forKey: RandomText.hash(state)) }
        guard let found, found.session == RandomText.hash(session), now < found.until else { return nil }
        return found.name
    }
}
