internal import RollcallCore
internal import RollcallStore

/// What a test notification came to, recipient by recipient.
package struct TestNotification: Codable, Sendable, Equatable {
    package struct Line: Codable, Sendable, Equatable {
        package var recipient: String
        package var ok: Bool
        /// Why not.
        package var flaw: String?
        /// Whether it may work later, or never as things are.
        package var isForLater: Bool
    }

    package var ok: Bool
    package var mail: [Line]
    package var webhook: Line?
}

extension Notifier {
    /// Sends a message to everybody who would get reports of a source, at once and without the queue: who asks for a test
    /// wants the answer, not a promise.
    package func test(_ name: SourceName, seconds: Int = Notifier.patience) throws -> TestNotification {
        let context = try environment.store.read { try SourceContext.load($0, name) }
        let settings = NotifySettings(context.source)
        guard !settings.channels.isEmpty else {
            throw SyncFailure(
                .badValue, "Nobody is to be told about \(context.name).",
                hint: "Set notify.recipients or notify.webhook first.", field: "notify.recipients")
        }
        let now = environment.now()
        let mark = String(UInt64.random(in: .min ... .max), radix: 36)
        let event = ReportEvent(
            .test, id: "test:\(context.source.id):\(now.seconds):\(mark)", at: now, domain: context.domain.name,
            source: context.source.type)
        var answer = TestNotification(ok: true, mail: [])
        for (channel, recipients) in settings.channels {
            let lines = lines(recipients) {
                switch channel {
                case .mail: try mail(event, to: recipients, seconds: seconds)
                case .webhook: try post(event, to: recipients, source: context.source.id, seconds: seconds)
                }
            }
            if channel == .mail { answer.mail = lines } else { answer.webhook = lines.first }
        }
        answer.ok = answer.mail.allSatisfy(\.ok) && answer.webhook?.ok != false
        return answer
    }

    private func lines(_ recipients: [String], _ send: () throws -> Delivery) -> [TestNotification.Line] {
        let delivery: Delivery
        do { delivery = try send() } catch { delivery = Delivery(recipients, .later("\(error)")) }
        return recipients.map { recipient in
            switch delivery.verdicts[recipient] {
            case .refused(let why): .init(recipient: recipient, ok: false, flaw: why, isForLater: false)
            case .later(let why): .init(recipient: recipient, ok: false, flaw: why, isForLater: true)
            case .taken, nil: .init(recipient: recipient, ok: true, flaw: nil, isForLater: false)
            }
        }
    }
}
