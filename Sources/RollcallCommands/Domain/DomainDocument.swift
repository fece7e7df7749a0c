internal import RollcallCore
internal import RollcallStore

/// A domain as the answers show it.
struct DomainDocument: Encodable {
    struct Inbound: Encodable {
        let host: String
        let port: Int
        let preference: Int
    }

    struct Refused: Encodable {
        let week: Int64
        let month: Int64
    }

    struct SourceLine: Encodable {
        let type: String
        let enabled: Bool
        let lastGoodRun: String?
    }

    let name: String
    let type: String
    let customer: String?
    let inbound: [Inbound]
    let aliases: [String]
    let enforce: Bool
    let subaddress: String
    let catchall: String?
    let expandLists: Bool
    /// Recipients that gateways asked for in the last seven and thirty days and that enforcement would have refused.
    let wouldBeRefused: Refused
    let edition: Int64
    let accounts: Int64
    let lists: Int64
    let sources: [SourceLine]
    let createdAt: Timestamp

    init(_ db: any Database, _ domain: Domain) throws {
        name = domain.name
        type = domain.serverType
        customer = try domain.customer.flatMap { try Customers.find(db, id: $0)?.name }
        inbound = domain.inbound.map { Inbound(host: $0.host, port: $0.port, preference: $0.preference) }
        aliases = domain.aliases
        enforce = domain.enforce
        subaddress = domain.subaddress
        catchall = domain.catchall
        expandLists = domain.expandLists
        let refused = try Lookups.refused(db, domain: domain.id, on: Lookups.day(Session.clock()))
        wouldBeRefused = Refused(week: refused.week, month: refused.month)
        edition = domain.edition
        let counts = try Book.counts(db, domain: domain.id).filter { $0.state == 0 }
        accounts = counts.filter { $0.kind != EntryKind.list.rawValue }.reduce(0) { $0 + $1.entries }
        lists = counts.filter { $0.kind == EntryKind.list.rawValue }.reduce(0) { $0 + $1.entries }
        sources = try Sources.list(db, domain: domain.id).map { source in
            let last = try Runs.lastMark(db, source: source.id, outcomes: [.applied, .unchanged])
            return SourceLine(type: source.type, enabled: source.enabled, lastGoodRun: last?.id)
        }
        createdAt = domain.createdAt
    }

    enum CodingKeys: String, CodingKey {
        case name, type, customer, inbound, aliases, enforce, subaddress, catchall, expandLists, wouldBeRefused,
            edition, accounts, lists, sources
        case createdAt
    }

    // By hand for the sake of `null`: a key that is sometimes missing is a trap for scripts.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(type, forKey: .type)
        try container.encode(customer, forKey: .customer)
        try container.encode(inbound, forKey: .inbound)
        try container.encode(aliases, forKey: .aliases)
        try container.encode(enforce, forKey: .enforce)
        try container.encode(subaddress, forKey: .subaddress)
        try container.encode(catchall, forKey: .catchall)
        try container.encode(expandLists, forKey: .expandLists)
        try container.encode(wouldBeRefused, forKey: .wouldBeRefused)
        try container.encode(edition, forKey: .edition)
        try container.encode(accounts, forKey: .accounts)
        try container.encode(lists, forKey: .lists)
        try container.encode(sources, forKey: .sources)
        try container.encode(createdAt, forKey: .createdAt)
    }

    var lines: [String] {
        var facts = Facts()
        facts.add("Domain", name)
        facts.add("Type", type)
        facts.add("Customer", customer)
        facts.add("Inbound servers", inbound.map { "\($0.host):\($0.port) (preference \($0.preference))" })
        facts.add("Aliases", aliases)
        facts.add(
            "Enforcement",
            enforce
                ? "on"
                : "off; with it, \(Counted.text(wouldBeRefused.week, "recipient")) of the last 7 days would have been refused"
        )
        facts.add("Sub-addresses", subaddress.isEmpty ? "none" : subaddress)
        facts.add("Catch-all", catchall)
        facts.add("Lists", expandLists ? "expanded for gateways that ask for aliases" : nil)
        facts.add("Edition", "\(edition), \(Counted.text(accounts, "account")), \(Counted.text(lists, "list"))")
        facts.add(
            "Sources",
            sources.map { source in
                source.type + (source.enabled ? "" : ", disabled")
                    + (source.lastGoodRun.map { ", last good run \($0)" } ?? ", never synced")
            })
        return facts.lines
    }
}
