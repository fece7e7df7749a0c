internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// The Sync tab of one source, top to bottom as product.md has it: purpose, how it stands, consent, settings, automatic
/// sync, limits, the three buttons, history.
struct SyncPage {
    let call: Call
    let domain: Domain
    let source: Source
    let info: ConnectorInfo?
    let secrets: [String: Timestamp]
    let hasWebhookSecret: Bool
    let status: SourceStatus?
    let runs: [RunSummary]

    var failure: WebFailure?
    var typed: [String: String] = [:]
    var typedHost: [String: String] = [:]
    var flaws: [String: String] = [:]
    var report: ConnectionReport?
    var notified: TestNotification?

    init(_ call: Call) throws {
        self.call = call
        let type = call.parameter("type")
        (domain, source, secrets, hasWebhookSecret, runs) = try call.store.read { db in
            let domain = try call.domain(db)
            guard let source = try Sources.find(db, domain: domain.id, type: type) else {
                throw WebFailure(
                    404, "\(domain.name) has no source of type \(type).", hint: "Its tabs show those that it has.")
            }
            let secrets = Dictionary(
                try Secrets.list(db, owner: .source(source.id)).map { ($0.field, $0.changed) },
                uniquingKeysWith: { a, _ in a })
            let ours = try Secrets.list(db, owner: .reports(of: source.id)).map(\.field)
            return (
                domain, source, secrets, ours.contains(NotifySettings.webhookSecret),
                try Runs.list(db, source: source.id, limit: 30).map(\.summary)
            )
        }
        info = call.service.environment.catalog.scan().first { $0.id == type && $0.state != .doubled }
        status = try call.service.status(domain: domain, source: source)
    }

    var path: String { DomainPart.path(domain, "/sync/\(Escape.url(source.type))") }

    func response() throws -> WebResponse {
        let title = DomainPart.title(source.type, info.map { [$0] } ?? [])
        var layout = try DomainPart.layout(call, domain, title, "sync/\(source.type)")
        layout.failure = failure
        let content: HTML = """
            \(info?.tab?.purpose.map { "<p>\($0)</p>" as HTML })
            \(standing)
            \(report.map { ConnectionPart.html($0) })
            \(notified.map { NotifyPart.html($0) })
            \(SyncConsent.html(self))
            \(form)
            \(buttons)
            <h2 id="history">Sync History</h2>
            \(RunTablePart.html(Array(runs.prefix(10)), empty: "No run yet."))
            \(runs.count > 10 ? "<p><a href=\"\(DomainPart.path(domain, "/history"))\">All runs</a></p>" as HTML : "")
            """
        return .page(layout.html(call.visitor, content), status: failure?.status ?? 200)
    }

    // MARK: How it stands

    private var standing: HTML {
        var parts: HTML = ""
        if let info, info.state != .ready {
            parts += """
                <div class="card held-box"><h2>The connector cannot be used</h2><p>\(info.name) is \(info.state.rawValue): \(info.reason ?? "")</p>
                <p>Settings are kept, and gateways go on with the last good edition. <a href="/connectors">Connectors</a></p></div>
                """
        } else if info == nil {
            parts += """
                <div class="card held-box"><h2>The connector is missing</h2><p>There is no connector \(source.type) any more. Its settings are kept, and
                gateways go on with the last good edition. Install it again, or choose another server type.</p></div>
                """
        }
        if !source.enabled {
            parts += """
                <div class="card held-box"><h2>This source is disabled</h2><p>No run reads it; its entries stay.</p>
                \(call.visitor.may(.admin) ? Form.button(path + "/enable", "Enable", call.visitor) : "")</div>
                """
        }
        if let running = status?.running {
            parts +=
                "<div class=\"card\"><p><strong>A run is at work.</strong> <a href=\"/runs/\(running)\">Watch it</a></p></div>"
        }
        if let held = status?.held, let run = runs.first(where: { $0.id == held }) {
            parts += """
                <div class="card held-box"><h2>Held</h2>\(run.held.map { "<p>\(Text.held($0))</p>" as HTML })
                <p>Nothing was changed. <a class="button" href="/runs/\(held)">Review</a></p></div>
                """
        }
        if let last = runs.first(where: { $0.kind != .preview }), last.outcome == .failed, let problem = last.problem {
            parts += """
                <div class="card failure"><h2>The last run failed</h2><p>\(problem.text)</p>\(problem.detail.map { "<details><summary>Detail</summary><p>\($0)</p></details>" as HTML })
                <p><a href="/runs/\(last.id)">See the run</a>. Gateways go on with the last good edition.</p></div>
                """
        }
        let clock = FactList.html([
            ("Last good run", Text.time(status?.lastGoodRun?.at)),
            ("Failing", status?.failing.map { "\($0.failures) in a row, since \(Text.time($0.since))" as HTML }),
            ("Next run", nextRun),
            (
                "Secrets",
                secrets.isEmpty
                    ? nil
                    : "\(secrets.sorted { $0.key < $1.key }.map { "\($0.key): since \(Text.time($0.value)) " as HTML })"
            ),
            ("Credentials", credentials),
        ])
        return "\(parts)\(clock)"
    }

    private var credentials: HTML? {
        let ends = status?.trust.ends ?? []
        return ends.isEmpty ? nil : "\(ends.map { "\($0.sentence) " as HTML })"
    }

    private var nextRun: HTML {
        if let next = status?.nextRun { return Text.time(next) }
        guard status?.auto == true, let failing = status?.failing, failing.paused else { return "by hand" }
        return failing.class == .needConsent
            ? "paused until access is granted again" : "paused until the settings are saved"
    }

    // MARK: The form

    private var form: HTML {
        let canChange = call.visitor.may(.admin)
        var tabForm: HTML = "<p class=\"empty\">There is no form while the connector is away.</p>"
        if let tab = info?.tab {
            tabForm =
                TabForm(tab: tab, source: source, secrets: secrets, typed: typed, flaws: flaws, canChange: canChange)
                .html
        }
        let host = HostForm(
            source: source, typed: typedHost, flaws: flaws, settings: call.site.environment.settings,
            canChange: canChange, hasWebhookSecret: hasWebhookSecret)
        return """
            <h2 id="settings">Settings</h2>
            <form method="post" action="\(path)" data-tab="1">\(Form.token(call.visitor))
            \(tabForm)\(host.html)
            \(canChange ? "<div class=\"buttons\"><button class=\"main\">Save</button><button name=\"then\" value=\"test\">Save and test</button></div>" as HTML : "")
            </form>
            """
    }

    /// Why nothing can be started; `nil`: it can.
    var obstacle: String? {
        if !call.visitor.may(.operator) { return "Your role only looks." }
        guard let info, info.state == .ready else { return "The connector cannot be used." }
        if !source.enabled { return "The source is disabled." }
        if let tab = info.tab {
            if let problem = tab.validate(settings: source.settings, secrets: Set(secrets.keys)).first {
                return problem.text
            }
            if tab.wantsConsent(source.settings), !SyncConsent.isGiven(self) {
                return "Access has not been granted yet."
            }
        }
        return nil
    }

    /// Why no test notification can be sent; `nil`: it can.
    private var nobody: String? {
        if !call.visitor.may(.operator) { return "Your role only looks." }
        return NotifySettings(source).channels.isEmpty ? "Nobody is to be told yet: enter recipients, and save." : nil
    }

    private var buttons: HTML {
        let running = status?.running == nil ? nil : "A run is at work already."
        return """
            <div class="buttons" role="group" aria-label="Sync">
            \(Form.button(path + "/test", "Test Connection", call.visitor, disabled: obstacle))
            \(Form.button(path + "/preview", "Preview", call.visitor, disabled: obstacle ?? running))
            \(Form.button(path + "/run", "Manual Sync", call.visitor, style: "main", disabled: obstacle ?? running))
            \(Form.button(path + "/notify", "Send a test notification", call.visitor, disabled: nobody))
            </div>
            """
    }
}
