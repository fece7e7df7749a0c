internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// The consent box, where the connector wants consent.
enum SyncConsent {
    /// What consent saves is there.
    static func isGiven(_ page: SyncPage) -> Bool {
        guard let consent = page.info?.tab?.consent else { return true }
        let last = page.runs.first { $0.kind != .preview || $0.problem != nil }
        if last?.problem?.class == .needConsent { return false }
        return consent.saves.allSatisfy { id in
            !(page.source.settings[id] ?? "").isEmpty || page.secrets[id] != nil
        }
    }

    static func html(_ page: SyncPage) -> HTML {
        guard let tab = page.info?.tab, let consent = tab.consent, tab.wantsConsent(page.source.settings) else {
            return ""
        }
        let isGiven = isGiven(page)
        let state: HTML =
            isGiven
            ? "<p class=\"fine\"><span aria-hidden=\"true\">✓</span> Access was granted.</p>"
            : "<p><strong>Access has not been granted yet.</strong></p>"
        let grant = Form.button(
            page.path + "/consent", isGiven ? "Grant it again" : "Grant access", page.call.visitor,
            style: isGiven ? "" : "main",
            disabled: page.info?.state == .ready ? nil : "The connector cannot be used.")
        let note: HTML = """
            \(grant)<p class="hint">Or on the command line: <code>rollcall source consent \(page.domain.name)/\(page.source.type)</code></p>
            """
        return """
            <section class="card" aria-labelledby="consent-h"><h2 id="consent-h">\(consent.label)</h2>
            \(consent.help.map { "<p>\(Markdown.links($0))</p>" as HTML })
            <p>Rollcall reads accounts, aliases and lists, and never writes to the directory.</p>\(state)
            \(page.call.visitor.may(.admin) ? note : "")</section>
            """
    }
}
