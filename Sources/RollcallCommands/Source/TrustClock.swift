internal import RollcallCore
internal import RollcallStore

/// How long ago a source was last known to work, and how old its secrets are: what expires unseen is what breaks a sync
/// on a Sunday.
struct TrustClock: Encodable {
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

    init(_ db: any Database, _ source: Source, _ now: Timestamp) throws {
        lastGoodRun = try Runs.last(db, source: source.id, outcomes: [.applied, .unchanged]).map { run in
            let at = run.summary.finishedAt ?? run.summary.startedAt
            return Run(id: run.summary.id, at: at, days: (now.seconds - at.seconds) / 86_400)
        }
        secrets = try Secrets.list(db, owner: .source(source.id)).map {
            Secret(field: $0.field, changed: $0.changed, days: (now.seconds - $0.changed.seconds) / 86_400)
        }
    }

    enum CodingKeys: String, CodingKey { case lastGoodRun, secrets }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(lastGoodRun, forKey: .lastGoodRun)
        try container.encode(secrets, forKey: .secrets)
    }
}
