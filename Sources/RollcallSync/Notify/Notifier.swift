internal import Foundation
internal import RollcallConnectors
internal import RollcallCore
package import RollcallStore
internal import Synchronization

/// Sends what is queued. A message that does not get through is tried again after 1, 5, 15 and then every 60 minutes for
/// two days, and is then given up, which `status` says. Any number of processes may do so side by side: each message is
/// claimed first. What happens here never reaches a run, which ended before.
package final class Notifier: Sendable {
    package struct Settings: Sendable {
        package var mail: @Sendable () throws -> MailSettings
        /// How browsers reach the dashboard: for links.
        package var baseURL: String
        package var version: String

        package init(baseURL: String, version: String, mail: @escaping @Sendable () throws -> MailSettings) {
            self.mail = mail
            self.baseURL = baseURL
            self.version = version
        }
    }

    /// What one round came to.
    package struct Round: Sendable, Equatable {
        package var sent = 0
        /// Why something could not be sent, each once.
        package var flaws: [String] = []
    }

    let service: SyncService
    private let used: Mutex<Settings>
    /// Until when the mail server is left alone: messages that wait need not each find out that it is away.
    private let awayUntil = Mutex(Timestamp(seconds: 0))

    /// A message that takes longer than this is not sent; a claim outlives it.
    static let patience = 60
    private static let claim: Int64 = 180
    private static let delays: [Int64] = [60, 300, 900, 3600]
    static let lifetime: Int64 = 48 * 3600
    private static let days = 30

    package init(_ service: SyncService, _ settings: Settings) {
        self.service = service
        used = Mutex(settings)
    }

    var settings: Settings { used.withLock { $0 } }

    /// From the next message on.
    package func use(_ settings: Settings) { used.withLock { $0 = settings } }

    var environment: SyncEnvironment { service.environment }

    /// Sends everything that is due by a channel; of one source, if one is named.
    /// - Parameter seconds: how long a single message may take.
    @discardableResult
    package func round(
        _ channel: QueuedReport.Channel, source: Int64? = nil, seconds: Int = Notifier.patience
    ) throws -> Round {
        var round = Round()
        let store = environment.store
        while true {
            let now = environment.now()
            if channel == .mail, now < awayUntil.withLock({ $0 }) { return round }
            // The store is written only when there is something to send.
            guard try store.read({ try ReportQueue.isDue($0, channel: channel, at: now) }) else { return round }
            let claimed = try store.write {
                try ReportQueue.claim($0, channel: channel, at: now, patience: Self.claim, source: source)
            }
            guard let report = claimed else { return round }
            let delivery = attempt(report, seconds: seconds)
            try store.write { try ReportQueue.settle($0, settled(report, delivery)) }
            if let flaw = delivery.flaw, !round.flaws.contains(flaw) { round.flaws.append(flaw) }
            if !delivery.taken.isEmpty { round.sent += 1 }
            if delivery.isAway {
                awayUntil.withLock { $0 = Timestamp(seconds: environment.now().seconds + Self.delays[0]) }
                return round
            }
        }
    }

    /// Forgets what was told long ago. Longer than a warning stands, so that none of them is told twice.
    func forgetOld() throws {
        let moment = environment.now().adding(days: -Self.days)
        try environment.store.write { try ReportQueue.prune($0, createdBefore: moment) }
    }

    private func attempt(_ report: QueuedReport, seconds: Int) -> Delivery {
        do {
            let event = try JSONDecoder().decode(ReportEvent.self, from: Data(report.content))
            switch report.channel {
            case .mail: return try mail(event, to: report.recipients, seconds: seconds)
            case .webhook: return try post(event, to: report.recipients, source: report.source, seconds: seconds)
            }
        } catch {
            // The mail settings, the key ring or the store: for a person to mend, and then it goes on.
            return Delivery(report.recipients, .later("\(error)"))
        }
    }

    private func settled(_ report: QueuedReport, _ delivery: Delivery) -> QueuedReport {
        var report = report
        let now = environment.now()
        report.flaw = delivery.flaw
        if delivery.later.isEmpty {
            // With one taker it is told; that another was refused stands beside it.
            report.state = delivery.taken.isEmpty ? .refused : .sent
        } else if now.seconds - report.createdAt.seconds >= Self.lifetime {
            report.state = .expired
        } else {
            report.recipients = delivery.later
            report.nextAt = Timestamp(
                seconds: now.seconds + Self.delays[min(max(report.tries - 1, 0), Self.delays.count - 1)])
        }
        return report
    }

    // MARK: The two channels

    func mail(_ event: ReportEvent, to recipients: [String], seconds: Int) throws -> Delivery {
        let current = self.settings
        let settings = try current.mail()
        let text = ReportText(event, baseURL: current.baseURL)
        let table = try ReportTable(event, service)
        let message = MailMessage(
            text, event: event, from: settings.from, to: recipients.compactMap { MailAddress($0) },
            attachment: table.attachment, note: table.note)
        switch settings.server {
        case .smtp(let host, let port, let isEncrypted):
            return SMTPSender(settings: settings, host: host, port: port, isEncrypted: isEncrypted, seconds: seconds)
                .send(message)
        case .sendmail(let path): return SendmailSender(path: path, seconds: seconds).send(message)
        }
    }

    func post(_ event: ReportEvent, to urls: [String], source: Int64, seconds: Int) throws -> Delivery {
        guard let url = urls.first else { return Delivery([], .taken) }
        let owner = SecretOwner.reports(of: source)
        let isSigned = try environment.store.read {
            try Secrets.list($0, owner: owner).contains { $0.field == NotifySettings.webhookSecret }
        }
        // Without the key ring nothing goes out unsigned that is to be signed.
        let ring = isSigned ? try environment.keyRing() : nil
        let secret = try ring.flatMap { ring in
            try environment.store.read { try Secrets.open($0, ring, owner: owner, field: NotifySettings.webhookSecret) }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let webhook = Webhook(
            url: url, secret: secret.map { $0.withBytes { Array($0) } }, networks: environment.networks,
            version: settings.version, seconds: min(seconds, 20))
        return webhook.send(
            SecretRegistry.shared.redact(Array(try encoder.encode(event))), event: event, now: environment.now())
    }
}
