internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// The settings that Rollcall itself gives to every source, in the words of product.md. Their ids are those of the
/// command line, with `h.` before them.
struct HostForm {
    let source: Source
    var typed: [String: String]
    var flaws: [String: String]
    let settings: SiteSettings
    let canChange: Bool
    let hasWebhookSecret: Bool

    private func value(_ id: String) -> String { typed[id] ?? source.hostSettings[id] ?? "" }

    private func input(_ id: String, _ label: String, hint: String? = nil) -> HTML {
        Form.input("h." + id, label) {
            $0.value = value(id)
            $0.hint = hint
            $0.flaw = flaws[id]
        }
    }

    private func select(_ id: String, _ label: String, _ choices: [(value: String, label: String)], hint: String? = nil)
        -> HTML
    {
        Form.select("h." + id, label, choices) {
            let now = value(id)
            $0.value = now.isEmpty ? settings.hostStandards[id] ?? "" : now
            $0.hint = hint
            $0.flaw = flaws[id]
        }
    }

    private func area(_ id: String, _ label: String, hint: String) -> HTML {
        Form.area("h." + id, label, rows: 3) {
            $0.value = value(id)
            $0.hint = hint
            $0.flaw = flaws[id]
        }
    }

    private func check(_ id: String, _ label: String, hint: String? = nil) -> HTML {
        "\(flaws[id].map { "<p class=\"flaw\">\($0)</p>" as HTML })\(Form.check("h." + id, label, isOn: value(id) == "on", hint: hint))"
    }

    var html: HTML {
        let off: HTML = canChange ? "" : " disabled"
        return """
            <fieldset\(off)><legend>Automatic Synchronization</legend>
            \(check("auto.enabled", "Auto sync enabled", hint: source.firstSyncedRun == nil ? "Only once a Manual Sync has succeeded." : nil))
            \(select("auto.times_per_day", "Times a day", (1...4).map { (String($0), String($0)) }))
            \(input("auto.start_hour", "Start hour", hint: "0 to 23. Empty: spread, so that not all domains start together."))
            \(input("auto.time_zone", "Time zone", hint: "For example Europe/Berlin. Empty: UTC."))</fieldset>
            <fieldset\(off)><legend>Notifications</legend>
            \(check("notify.enabled", "Sync notifications enabled", hint: "Reports of runs, warnings before credentials end, and an alarm when there is no good run."))
            \(area("notify.recipients", "Notification recipients", hint: "Comma separated or one a line. “Send a test notification” below shows whether they arrive."))
            \(select("notify.on", "Notify on", [("every", "Every run"), ("changes", "Changes and problems"), ("problems", "Problems only")], hint: "A problem that lasts is told again once a day, unless every run is told."))
            \(input("notify.webhook", "Webhook", hint: "A URL that gets each report as JSON."))
            \(webhookSecret)</fieldset>
            <fieldset\(off)><legend>Trust clock</legend>
            \(input("trust.expires", "Credentials end on", hint: "Year-month-day, for example 2027-03-31: warned 30, 7 and 1 day ahead. Empty: only what the connector finds out by Test Connection."))
            \(input("trust.silence", "Alarm after hours without a good run", hint: "Empty: when two scheduled runs have been missed. off: never."))</fieldset>
            <fieldset\(off)><legend>Rules</legend>
            \(area("exclude", "Exclude records", hint: "One pattern a line, against addresses and aliases: forgetme[0-9]@domain.com, baduser@*."))
            \(deleted)
            \(select("disabled", "Sign-in disabled accounts", [("keep", "Keep"), ("leave_out", "Leave out")], hint: "Shared mailboxes are normally disabled, and must get mail."))</fieldset>
            <fieldset\(off)><legend>Operations Limit</legend>
            <p class="hint">A number, a percentage like 10%, or off. Empty: no limit for adding, the default guard for deleting: more than 10 % and more than 5,
            or more than 500, holds the run. If any limit is exceeded, nothing is applied.</p>
            \(input("limit.accounts.add", "Accounts: add limit"))\(input("limit.accounts.delete", "Accounts: delete limit"))
            \(input("limit.aliases.add", "Aliases: add limit"))\(input("limit.aliases.delete", "Aliases: delete limit"))
            \(input("limit.lists.add", "Lists: add limit"))\(input("limit.lists.delete", "Lists: delete limit"))
            \(input("limit.members.delete", "Members removed from a list: limit"))
            \(input("limit.total", "Total operations limit", hint: "A number, or off."))</fieldset>
            """
    }

    private var webhookSecret: HTML {
        Form.input("h." + NotifySettings.webhookSecret, "Webhook secret") {
            $0.type = "password"
            $0.autocomplete = "new-password"
            $0.hint =
                (hasWebhookSecret ? "Stored; leave empty to keep it. " : "")
                + "Each request is signed with it: see the manual of rollcall-source-secret."
            $0.flaw = flaws[NotifySettings.webhookSecret]
        }
    }

    private var deleted: HTML {
        let now = value("deleted").isEmpty ? settings.hostStandards["deleted"] ?? "" : value("deleted")
        var choices = [
            (value: "at_once", label: "Delete at once"),
            (value: "grace:1", label: "Grace of 1 day: gateways answer “try later”"),
            (value: "grace:3", label: "Grace of 3 days"), (value: "grace:7", label: "Grace of 7 days"),
            (value: "grace:30", label: "Grace of 30 days"), (value: "keep", label: "Keep, and only report"),
        ]
        if !choices.contains(where: { $0.value == now }) { choices.append((now, now)) }
        return select("deleted", "Deleted addresses", choices)
    }
}
