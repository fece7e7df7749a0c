internal import RollcallConnectors
internal import RollcallCore

/// A connector as the answers show it.
struct ConnectorDocument: Encodable {
    let info: ConnectorInfo

    enum CodingKeys: String, CodingKey {
        case id, name, version, publisher, licence, abi, library, sha256, needs, ports, consentHosts, deltas, resumes
        case probes, state, reason, tab
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(info.id, forKey: .id)
        try container.encode(info.name, forKey: .name)
        try container.encode(info.version, forKey: .version)
        try container.encode(info.publisher, forKey: .publisher)
        try container.encode(info.licence, forKey: .licence)
        try container.encode(info.abi, forKey: .abi)
        try container.encode(info.library, forKey: .library)
        try container.encode(info.sha256, forKey: .sha256)
        try container.encode(info.needs, forKey: .needs)
        try container.encode(info.ports, forKey: .ports)
        try container.encode(info.consentHosts, forKey: .consentHosts)
        try container.encode(info.flags.contains(.deltas), forKey: .deltas)
        try container.encode(info.flags.contains(.resumes), forKey: .resumes)
        try container.encode(info.flags.contains(.probes), forKey: .probes)
        try container.encode(info.state, forKey: .state)
        try container.encode(info.reason, forKey: .reason)
        try container.encode(info.tab, forKey: .tab)
    }
}
