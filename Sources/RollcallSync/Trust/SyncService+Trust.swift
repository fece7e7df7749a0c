internal import RollcallCore
internal import RollcallStore

/// Learns when credentials end, and warns before they do: 30, 7 and 1 day ahead and when it has happened, one message
/// each; and when a source has had no good run for too long, one message a silence.
extension SyncService {
    /// The facts of a connection test that say how long something lives, by what they are called.
    private static let facts = ["certificate_days": "certificate", "secret_days": "client secret"]

    func learnTrust(_ context: SourceContext, _ facts: [String: String]) throws {
        let found = Self.facts.compactMap { fact, what -> (what: String, days: Int64)? in
            guard let days = facts[fact].flatMap({ Int64($0) }), abs(days) < 100_000 else { return nil }
            return (what, days)
        }
        guard !found.isEmpty else { return }
        let now = environment.now()
        try environment.store.write { db in
            for (what, days) in found {
                try TrustEnds.set(
                    db, source: context.source.id, what: what,
                    endsAt: Timestamp(seconds: (now.seconds / 86_400 + days) * 86_400), at: now)
            }
        }
    }

    /// Asks the connector of one source that works by stored secrets, and was not asked since they were stored: who never
    /// presses Test Connection shall be warned, too. Answers whether there was one.
    @discardableResult
    package func askTrust() throws -> Bool {
        let next = try environment.store.read { db -> SourceContext? in
            for domain in try Domains.list(db) {
                for source in try Sources.list(db, domain: domain.id)
                where source.enabled && source.firstSyncedRun != nil {
                    let hasSecrets = try !Secrets.list(db, owner: .source(source.id)).isEmpty
                    guard hasSecrets, try !TrustEnds.wasAsked(db, source: source.id),
                        try FailingSources.find(db, source: source.id) == nil
                    else { continue }
                    return try SourceContext(domain, source)
                }
            }
            return nil
        }
        guard let next else { return false }
        // Noted first: one that crashes is not asked again every minute.
        try environment.store.write { try TrustEnds.noteAsked($0, source: next.source.id, at: environment.now()) }
        try learnTrust(next, try check(next))
        return true
    }

    /// One look at every source that tells people anything.
    package func watchTrust() throws {
        let now = environment.now()
        // Read first: the store is written only when there is something new to tell.
        let news = try environment.store.read { db -> [(source: Source, event: ReportEvent)] in
            try Domains.list(db).flatMap { domain in
                try Sources.list(db, domain: domain.id).flatMap { source -> [(source: Source, event: ReportEvent)] in
                    let settings = NotifySettings(source)
                    guard source.enabled, settings.isOn else { return [] }
                    return try events(db, domain, source, now).filter { event in
                        try settings.channels.contains { channel, _ in
                            try !ReportQueue.has(db, event: event.id, channel: channel)
                        }
                    }.map { (source, $0) }
                }
            }
        }
        guard !news.isEmpty else { return }
        try environment.store.write { db in
            for (source, event) in news {
                try Reports.add(
                    db, event, NotifySettings(source), source: source.id,
                    topic: event.event == .silent ? "silence" : "trust")
            }
        }
    }

    private func events(_ db: any Database, _ domain: Domain, _ source: Source, _ now: Timestamp) throws
        -> [ReportEvent]
    {
        let clock = try TrustClock(db, domain, source, now)
        var events: [ReportEvent] = []
        for end in clock.ends {
            guard let threshold = end.threshold else { continue }
            var event = ReportEvent(
                .ending, id: "trust:\(source.id):\(end.what):\(end.at.seconds / 86_400):\(threshold)", at: now,
                domain: domain.name, source: source.type)
            event.ending = .init(what: end.what, at: end.at, days: end.days)
            events.append(event)
        }
        if let hours = clock.silence(source, now) {
            var event = ReportEvent(
                .silent, id: "silence:\(source.id):\(clock.lastGoodRun?.seconds ?? 0)", at: now, domain: domain.name,
                source: source.type)
            event.silence = .init(hours: hours, lastGoodRun: clock.lastGoodRun)
            events.append(event)
        }
        return events
    }

    /// What needs a person about the source's trust, and about the reports that were to tell it.
    func trustAttention(
        _ db: any Database, _ source: Source, _ clock: TrustClock, _ now: Timestamp
    ) throws -> [String] {
        var lines = clock.ends.filter { $0.threshold != nil }.map(\.sentence)
        if let since = clock.refusedSince {
            lines.append(
                "The directory refuses what it allowed before, since \(since): consent or a permission is gone.")
        }
        if clock.silence(source, now) != nil {
            lines.append(
                clock.lastGoodRun.map { "There has been no good run since \($0)." }
                    ?? "There has never been a good run.")
        }
        if let report = try ReportQueue.flawed(db, source: source.id),
            now.seconds - report.createdAt.seconds < 7 * 86_400
        {
            lines.append("A report did not reach everybody (\(report.state.rawValue)): \(report.flaw ?? "").")
        }
        return lines
    }
}
