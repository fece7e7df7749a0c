internal import RollcallCore
package import RollcallStore

/// Whom a source tells, and of what, as its host settings say.
package struct NotifySettings: Sendable {
    package enum On: String, Sendable { case every, changes, problems }

    package let isOn: Bool
    package let on: On
    /// As SMTP takes them: the local part as written, the domain in A-labels.
    package let recipients: [String]
    package let webhook: String?

    package static let webhookSecret = "notify.webhook_secret"

    package init(_ source: Source) {
        let set = source.hostSettings
        isOn = set["notify.enabled"] == "on"
        on = set["notify.on"].flatMap { On(rawValue: $0) } ?? .every
        recipients = (set["notify.recipients"] ?? "").split(separator: ",").compactMap { MailAddress($0)?.text }
        webhook = set["notify.webhook"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// By which channels, and to whom by each.
    package var channels: [(channel: QueuedReport.Channel, recipients: [String])] {
        var all: [(QueuedReport.Channel, [String])] = []
        if !recipients.isEmpty { all.append((.mail, recipients)) }
        if let webhook { all.append((.webhook, [webhook])) }
        return all
    }
}
