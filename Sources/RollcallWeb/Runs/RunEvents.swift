internal import FoundationEssentials
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// What a page that watches a run is told: an event whenever something has changed, and `done` at the end, upon which it
/// closes. Every event carries everything, so one that comes back after a break has missed nothing.
package struct RunEvents: Sendable {
    let site: Site
    let run: String

    struct Event: Encodable {
        let outcome: RunOutcome
        let progress: LiveRuns.Progress?
        let read: ReadCounts
        let counts: OperationCounts
    }

    /// The event as it stands now, in the wire's form. Blocks on the store.
    package func now() -> (text: String, isDone: Bool) {
        let record = try? site.environment.service.environment.store.read { try Runs.find($0, id: run) }
        guard let summary = record?.summary else { return (Self.text("done", "{}"), true) }
        let event = Event(
            outcome: summary.outcome, progress: site.live.progress(run), read: summary.read, counts: summary.counts)
        let data = (try? JSONEncoder().encode(event)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        let isDone = summary.outcome != .running
        return (Self.text(isDone ? "done" : "progress", data), isDone)
    }

    private static func text(_ event: String, _ data: String) -> String { "event: \(event)\ndata: \(data)\n\n" }
}
