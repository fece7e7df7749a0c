internal import Foundation
internal import RollcallCore
internal import RollcallStore

/// What is told of a run: decided in the transaction that ends it, so that an outcome and its report are one.
///
/// `every` tells every run. The two others tell a problem when it begins, when it becomes another one, and once a day as
/// long as it lasts, since a source that fails every hour would else be filtered away unread; and they tell its end.
enum Reports {
    private static let reminder: Int64 = 86_400

    static func tell(_ db: any Database, _ record: RunRecord, at now: Timestamp) throws {
        let run = record.summary
        guard run.kind != .preview, let kind = kind(run.outcome), let source = try Sources.find(db, id: record.source)
        else { return }
        let settings = NotifySettings(source)
        guard settings.isOn, !settings.channels.isEmpty else { return }
        let topic = topic(run)
        // What people were told last, not what happened last, decides what is news to them.
        let last = try ReportQueue.last(db, source: source.id, topics: ["run:"])
        let isProblem = kind == .held || kind == .failed
        let isNews = last.map { $0.topic != topic || now.seconds - $0.createdAt.seconds >= reminder } ?? true
        let endsProblem = !isProblem && last.map { $0.topic != goodTopic } ?? false
        let wanted =
            switch settings.on {
            case .every: true
            case .changes: isProblem ? isNews : endsProblem || kind == .applied && run.counts.total > 0
            case .problems: isProblem ? isNews : endsProblem
            }
        guard wanted else { return }
        var event = ReportEvent(
            kind, id: "run:\(run.id):\(run.outcome.rawValue)", at: now, domain: run.domain, source: run.source)
        event.run = run
        event.recovered = !isProblem && last?.topic.hasPrefix("run:failed:") == true
        try add(db, event, settings, source: source.id, topic: topic)
    }

    /// Puts an event into the queue, a message a channel. One that is there already stays as it is.
    static func add(
        _ db: any Database, _ event: ReportEvent, _ settings: NotifySettings, source: Int64, topic: String
    ) throws {
        let content = Array(try JSONEncoder().encode(event))
        for (channel, recipients) in settings.channels {
            try ReportQueue.add(
                db, event: event.id, channel: channel, source: source, topic: topic, recipients: recipients,
                content: content, at: event.at)
        }
    }

    private static func kind(_ outcome: RunOutcome) -> ReportEvent.Kind? {
        switch outcome {
        case .applied: .applied
        case .unchanged: .unchanged
        case .held: .held
        case .failed: .failed
        // Cancelled by a person, who knows.
        case .running, .previewed, .cancelled: nil
        }
    }

    private static let goodTopic = "run:good"

    private static func topic(_ run: RunSummary) -> String {
        switch run.outcome {
        case .failed: "run:failed:\(run.problem?.class.rawValue ?? "failed")"
        case .held: "run:held:" + run.held.map(\.limit).sorted().joined(separator: ",")
        default: goodTopic
        }
    }
}
