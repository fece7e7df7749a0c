internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// The trust clock of `source show`: how long ago a source was last known to work, how old its secrets are, and when what
/// it signs in with ends.
struct Trust: Encodable {
    struct Run: Encodable {
        let id: String
        let at: Timestamp
        let days: Int64
    }

    struct Secret: Encodable {
        let field: String
        let changed: Timestamp
        let days: Int64
    }

    let lastGoodRun: Run?
    let secrets: [Secret]
    let clock: TrustClock

    init(_ db: any Database, _ domain: Domain, _ source: Source, _ now: Timestamp) throws {
        lastGoodRun = try Runs.last(db, source: source.id, outcomes: [.applied, .unchanged]).map { run in
            let at = run.summary.finishedAt ?? run.summary.startedAt
            return Run(id: run.summary.id, at: at, days: (now.seconds - at.seconds) / 86_400)
        }
        let stored = try [SecretOwner.source(source.id), .reports(of: source.id)].flatMap {
            try Secrets.list(db, owner: $0)
        }
        secrets = stored.map {
            Secret(field: $0.field, changed: $0.changed, days: (now.seconds - $0.changed.seconds) / 86_400)
        }
        clock = try TrustClock(db, domain, source, now)
    }

    enum CodingKeys: String, CodingKey { case lastGoodRun, secrets, ends, refusedSince, silenceHours }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(lastGoodRun, forKey: .lastGoodRun)
        try container.encode(secrets, forKey: .secrets)
        try container.encode(clock.ends, forKey: .ends)
        try container.encode(clock.refusedSince, forKey: .refusedSince)
        try container.encode(clock.silenceHours, forKey: .silenceHours)
    }
}
