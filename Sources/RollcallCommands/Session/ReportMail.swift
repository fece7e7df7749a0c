internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// The report of a run from the command line is tried once, after the answer is out, and within a bound: cron may be all
/// that there is, and a mail server that hangs is no reason to keep anybody waiting. What does not get through stays
/// queued for `serve`.
enum ReportMail {
    private static let seconds = 10

    static func send(_ session: Session) {
        guard !session.told.isEmpty else { return }
        do {
            let notifier = try session.notifier()
            for run in session.told {
                let source = try session.store().read { db -> Int64? in
                    guard let domain = try Domains.find(db, name: run.domain) else { return nil }
                    return try Sources.find(db, domain: domain.id, type: run.source)?.id
                }
                guard let source else { continue }
                for channel in QueuedReport.Channel.allCases {
                    let round = try notifier.round(channel, source: source, seconds: seconds)
                    for flaw in round.flaws {
                        session.console.note(
                            "rollcall: A report could not be sent: \(shown(flaw)). `rollcall serve` tries again.")
                    }
                }
            }
        } catch {
            // The run's answer stands; the queue keeps the report.
            session.console.note("rollcall: A report could not be sent: \(shown("\(error)")).")
        }
    }
}
