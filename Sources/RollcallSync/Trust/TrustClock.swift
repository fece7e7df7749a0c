package import RollcallCore
package import RollcallStore

/// What a source's trust rests on, and for how long: what expires unseen is what breaks a sync on a Sunday.
package struct TrustClock: Codable, Sendable, Equatable {
    package struct Ending: Codable, Sendable, Equatable {
        /// `certificate`, `client secret`, or `access` for the date that a person entered.
        package var what: String
        package var at: Timestamp
        /// Days left; below zero: over.
        package var days: Int
        /// `connector` or `hand`.
        package var knownBy: String
    }

    package var ends: [Ending]
    /// Since when the directory refuses what it allowed before: consent was taken back, or a permission is missing.
    package var refusedSince: Timestamp?
    /// After how many hours without a good run there is an alarm; `nil`: never.
    package var silenceHours: Int?
    package var lastGoodRun: Timestamp?

    package static let thresholds = [30, 7, 1, 0]

    package init(_ db: any Database, _ domain: Domain, _ source: Source, _ now: Timestamp) throws {
        let schedule = SourceSchedule(domain, source)
        ends = try TrustEnds.list(db, source: source.id).map { end in
            Ending(
                what: end.what, at: end.endsAt, days: Self.days(from: now, to: end.endsAt), knownBy: "connector")
        }
        if let at = source.hostSettings["trust.expires"].flatMap({ Timestamp("\($0)T00:00:00Z") }) {
            ends.append(Ending(what: "access", at: at, days: Self.days(from: now, to: at), knownBy: "hand"))
        }
        ends.sort { ($0.at, $0.what) < ($1.at, $1.what) }
        switch source.hostSettings["trust.silence"] ?? "" {
        case "off": silenceHours = nil
        // Two slots missed; by hand there is no telling when the next run was to be.
        case "": silenceHours = schedule.isOn ? 48 / schedule.slots.timesPerDay : nil
        case let text: silenceHours = Int(text)
        }
        let good = try Runs.lastMark(db, source: source.id, outcomes: [.applied, .unchanged])
        lastGoodRun = good.map { $0.finishedAt ?? $0.startedAt }
        refusedSince = try Self.refusedSince(db, source)
    }

    enum CodingKeys: String, CodingKey { case ends, refusedSince, silenceHours, lastGoodRun }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(ends, forKey: .ends)
        try container.encode(refusedSince, forKey: .refusedSince)
        try container.encode(silenceHours, forKey: .silenceHours)
        try container.encode(lastGoodRun, forKey: .lastGoodRun)
    }

    /// How many hours it has been silent, if that is longer than it may be.
    func silence(_ source: Source, _ now: Timestamp) -> Int? {
        guard let silenceHours else { return nil }
        let hours = Int((now.seconds - (lastGoodRun ?? source.createdAt).seconds) / 3600)
        return hours >= silenceHours ? hours : nil
    }

    /// Whole days, as a calendar counts them.
    static func days(from now: Timestamp, to end: Timestamp) -> Int {
        func day(_ at: Timestamp) -> Int64 { at.seconds >= 0 ? at.seconds / 86_400 : (at.seconds - 86_399) / 86_400 }
        return Int(day(end) - day(now))
    }

    /// The start of the latest unbroken row of runs that were refused for want of consent or a permission.
    private static func refusedSince(_ db: any Database, _ source: Source) throws -> Timestamp? {
        var since: Timestamp?
        // Few sources are refused, and only theirs is a history to be read.
        guard let failing = try FailingSources.find(db, source: source.id),
            [.needConsent, .denied].contains(failing.class)
        else { return nil }
        for run in try Runs.list(db, source: source.id, limit: 50).map(\.summary) where run.kind == .sync {
            if run.outcome == .cancelled || run.outcome == .running { continue }
            guard run.outcome == .failed, [.needConsent, .denied].contains(run.problem?.class) else { break }
            since = run.startedAt
        }
        return since
    }
}

extension TrustClock.Ending {
    /// `The client secret ends in 6 days, on 2026-11-30.`
    package var sentence: String {
        let date = at.description.prefix(10)
        let name = what == "access" ? "Access" : "The \(what)"
        if days < 0 { return "\(name) ended on \(date)." }
        if days == 0 { return "\(name) ends today." }
        return "\(name) ends in \(NumberText.count(days, "day", "days")), on \(date)."
    }

    /// The nearest of the days at which people are warned that has come; `nil`: there is time.
    var threshold: Int? { TrustClock.thresholds.last { days <= $0 } }
}
