package import RollcallCore
internal import RollcallStore

/// How a source stands: a line of `status`.
package struct SourceStatus: Codable, Sendable, Equatable {
    package struct RunMark: Codable, Sendable, Equatable {
        package var id: String
        package var outcome: RunOutcome
        package var at: Timestamp
    }

    /// The row of failures that it is in, if any.
    package struct Failing: Codable, Sendable, Equatable {
        package var failures: Int
        package var `class`: ProblemClass
        package var since: Timestamp
        package var run: String
        /// Waits for a person: nothing is tried before settings or consent have been changed, or a run by hand was good.
        package var paused: Bool
    }

    package var domain: String
    package var source: String
    package var enabled: Bool
    package var auto: Bool
    package var lastRun: RunMark?
    package var lastGoodRun: RunMark?
    package var nextRun: Timestamp?
    package var failing: Failing?
    /// The run that is held and waits for a person.
    package var held: String?
    package var running: String?
    package var health = SourceHealth.fine
    /// Entries whose grace would be over, if the source were well.
    package var postponed = 0
    package var trust: TrustClock
    /// What needs a person, a sentence each; empty: all is well.
    package var attention: [String] = []

    enum CodingKeys: String, CodingKey {
        case domain, source, enabled, auto, lastRun, lastGoodRun, nextRun, failing, held, running, health, postponed
        case trust, attention
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(domain, forKey: .domain)
        try container.encode(source, forKey: .source)
        try container.encode(enabled, forKey: .enabled)
        try container.encode(auto, forKey: .auto)
        try container.encode(lastRun, forKey: .lastRun)
        try container.encode(lastGoodRun, forKey: .lastGoodRun)
        try container.encode(nextRun, forKey: .nextRun)
        try container.encode(failing, forKey: .failing)
        try container.encode(held, forKey: .held)
        try container.encode(running, forKey: .running)
        try container.encode(health, forKey: .health)
        try container.encode(postponed, forKey: .postponed)
        try container.encode(trust, forKey: .trust)
        try container.encode(attention, forKey: .attention)
    }
}

extension SyncService {
    /// Every source, by domain and type.
    package func status() throws -> [SourceStatus] {
        let now = environment.now()
        let quarantined = environment.quarantinedConnectors()
        let sealed = whySealed()
        return try environment.store.read { db in
            try Domains.list(db).flatMap { domain in
                try Sources.list(db, domain: domain.id).map { source in
                    var line = try status(db, domain, source, quarantined, now)
                    if let sealed, source.enabled, try !Secrets.list(db, owner: .source(source.id)).isEmpty {
                        line.attention.append("It cannot be synced: \(sealed)")
                    }
                    return line
                }
            }
        }
    }

    /// Why no secret can be opened, where that is so.
    package func whySealed() -> String? {
        do {
            let ring = try environment.keyRing()
            return try environment.store.read { try Secrets.whySealed($0, ring) }
        } catch {
            return (error as? StoreError).map { $0.kind == .sealed ? $0.description : nil } ?? nil
        }
    }

    func status(
        _ db: any Database, _ domain: Domain, _ source: Source, _ quarantined: Set<String>, _ now: Timestamp
    ) throws -> SourceStatus {
        func mark(_ outcomes: [RunOutcome]) throws -> SourceStatus.RunMark? {
            try Runs.lastMark(db, source: source.id, outcomes: outcomes).map {
                .init(id: $0.id, outcome: $0.outcome, at: $0.startedAt)
            }
        }
        let schedule = SourceSchedule(domain, source)
        let last = try mark([.applied, .unchanged, .held, .failed, .running])
        let held = try Runs.held(db, source: source.id)
        let failing = try FailingSources.find(db, source: source.id)
        let lease = try Leases.holder(db, source: source.id, at: now)
        var status = SourceStatus(
            domain: domain.name, source: source.type, enabled: source.enabled, auto: schedule.isOn,
            lastRun: last, lastGoodRun: try mark([.applied, .unchanged]), nextRun: schedule.next(after: now, failing),
            failing: failing.map {
                .init(failures: $0.failures, class: $0.class, since: $0.since, run: $0.run, paused: $0.retryAt == nil)
            },
            held: held?.summary.id,
            running: lease == nil ? nil : try mark([.running])?.id,
            trust: try TrustClock(db, domain, source, now))
        guard source.enabled else { return status }
        status.health = try SourceHealth.of(db, source, quarantined: quarantined)
        if status.health != .fine { status.postponed = try GraceExpiry.postponed(db, source, now: now) }
        if let held {
            status.attention.append(
                "Run \(held.summary.id) is held: \(held.summary.held.map(\.limit).joined(separator: ", ")). "
                    + "Approve or cancel it.")
        }
        if let last, last.outcome == .failed, let problem = try Runs.find(db, id: last.id)?.summary.problem {
            status.attention.append("The last run failed: \(problem.text)")
        }
        if let failing, failing.retryAt == nil, schedule.isOn {
            status.attention.append(
                failing.class == .needConsent
                    ? "Automatic sync is paused until access is granted again."
                    : "Automatic sync is paused until the settings are saved.")
        }
        if status.health == .quarantined {
            status.attention.append("The connector \(source.type) is quarantined: no run can start.")
        }
        if status.postponed > 0 {
            status.attention.append(
                "\(NumberText.count(status.postponed, "entry stays", "entries stay")) in grace beyond the end: nothing "
                    + "that this source owns is deleted until it is well again.")
        }
        status.attention += try trustAttention(db, source, status.trust, now)
        return status
    }
}
