internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// A source as `source show` and its siblings answer: settings, host settings, trust clock, last runs.
struct SourceDocument: Encodable {
    struct Stored: Encodable {
        let stored: Bool
        let changed: Timestamp?
    }

    /// A connector's setting: a value, or for a secret only whether there is one.
    enum Value: Encodable {
        case text(String?)
        case secret(Stored)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .secret(let stored): try container.encode(stored)
            }
        }
    }

    struct Connector: Encodable {
        let id: String
        let name: String?
        let version: String?
        let state: String
        let reason: String?
    }

    let domain: String
    let type: String
    let enabled: Bool
    let connector: Connector
    /// By field id, defaults filled in.
    let settings: [String: Value]
    let hostSettings: [String: String?]
    let trust: Trust
    let runs: [RunSummary]
    let posted: Timestamp?
    /// The settings that a person has set, in the order of the tab: for the table.
    let order: [(id: String, isSet: Bool)]

    init(_ db: any Database, _ domain: Domain, _ source: Source, _ info: ConnectorInfo?, _ now: Timestamp) throws {
        self.domain = domain.name
        type = source.type
        enabled = source.enabled
        connector = Connector(
            id: source.type, name: info?.name, version: info?.version, state: info?.state.rawValue ?? "missing",
            reason: info == nil ? "There is no connector \(source.type); its settings are kept." : info?.reason)
        let secrets = Dictionary(
            try Secrets.list(db, owner: .source(source.id)).map { ($0.field, $0.changed) }, uniquingKeysWith: { $1 })
        var settings: [String: Value] = source.settings.mapValues { .text($0) }
        var order: [(String, Bool)] = []
        for field in info?.tab?.fields ?? [] where field.takesValue {
            order.append((field.id, source.settings[field.id] != nil))
            if field.isSecret {
                settings[field.id] = .secret(Stored(stored: secrets[field.id] != nil, changed: secrets[field.id]))
            } else if source.settings[field.id] == nil {
                settings[field.id] = .text(field.default)
            }
        }
        for (field, changed) in secrets where settings[field] == nil {
            settings[field] = .secret(Stored(stored: true, changed: changed))
        }
        let known = Set(order.map(\.0))
        order += settings.keys.filter { !known.contains($0) }.sorted().map { ($0, true) }
        self.settings = settings
        self.order = order.map { (id: $0.0, isSet: $0.1) }
        var host: [String: String?] = [:]
        for id in HostSetting.ids { host.updateValue(source.hostSettings[id] ?? HostSetting.standards[id], forKey: id) }
        hostSettings = host
        trust = try Trust(db, domain, source, now)
        runs = try Runs.list(db, source: source.id, limit: 5).map(\.summary)
        posted = try PostedLists.get(db, domain: domain.id)?.changedAt
    }

    enum CodingKeys: String, CodingKey {
        case domain, type, enabled, connector, settings, hostSettings, trust, runs, posted
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(domain, forKey: .domain)
        try container.encode(type, forKey: .type)
        try container.encode(enabled, forKey: .enabled)
        try container.encode(connector, forKey: .connector)
        try container.encode(settings, forKey: .settings)
        try container.encode(hostSettings, forKey: .hostSettings)
        try container.encode(trust, forKey: .trust)
        try container.encode(runs, forKey: .runs)
        try container.encode(posted, forKey: .posted)
    }

    var lines: [String] {
        var facts = Facts()
        facts.add("Source", "\(domain)/\(type)" + (enabled ? "" : ", disabled"))
        facts.add(
            "Connector",
            [
                connector.name ?? connector.id, connector.version ?? "",
                connector.state == "ready" ? "" : connector.state,
            ]
            .filter { !$0.isEmpty }.joined(separator: ", "))
        facts.add("Reason", connector.reason)
        facts.add("Last good run", trust.lastGoodRun.map { "\($0.id) at \($0.at), \($0.days) days ago" } ?? "never")
        facts.add("Credentials", trust.clock.ends.map { "\($0.sentence) (known by \($0.knownBy))" })
        facts.add(
            "Webhook secret",
            trust.secrets.first { $0.field == NotifySettings.webhookSecret }.map { "stored, changed \($0.changed)" })
        facts.add("Refused", trust.clock.refusedSince.map { "since \($0)" })
        facts.add("Alarm", trust.clock.silenceHours.map { "after \($0) hours without a good run" })
        facts.add("Posted list", posted.map { "of \($0)" })
        var table = Table(["SETTING", "VALUE", ""], none: "")
        for (id, isSet) in order {
            switch settings[id] {
            case .secret(let stored):
                table.add([id, stored.stored ? "stored" : "not stored", stored.changed.map { "changed \($0)" } ?? ""])
            case .text(let text): table.add([id, text, isSet ? "" : text == nil ? "not set" : "default"])
            case nil: break
            }
        }
        for id in HostSetting.ids {
            guard let value = hostSettings[id] ?? nil else { continue }
            table.add([id, value, HostSetting.standards[id] == value ? "default" : ""])
        }
        return facts.lines + [""] + table.lines + [""] + RunTable.lines(runs)
    }
}
