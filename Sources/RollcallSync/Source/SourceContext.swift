internal import RollcallCore
internal import RollcallStore

/// A source with its domain and its host settings made ready for use.
struct SourceContext {
    var domain: Domain
    var source: Source
    var rules: Rules
    var limits: Limits

    /// Loads the source by name; without a type the one of the domain's server type.
    static func load(_ db: any Database, _ name: SourceName) throws -> SourceContext {
        let key = (try? DomainName(name.domain).name) ?? name.domain
        guard let domain = try Domains.find(db, name: key) else {
            throw SyncFailure(
                .notFound, "There is no domain \(name.domain).",
                hint: "Add it with `rollcall domain add NAME --type TYPE`.")
        }
        let type = name.type ?? domain.serverType
        guard let source = try Sources.find(db, domain: domain.id, type: type) else {
            let there = try Sources.list(db, domain: domain.id).map(\.type)
            throw SyncFailure(
                .notFound, "The domain \(domain.name) has no source of type \(type).",
                hint: there.isEmpty
                    ? "Add one with `rollcall source add \(domain.name) --type \(type)`."
                    : "It has \(there.joined(separator: ", ")).")
        }
        return try SourceContext(domain, source)
    }

    /// The same source as it stands now.
    func reloaded(_ db: any Database) throws -> SourceContext {
        guard let domain = try Domains.find(db, id: domain.id), let source = try Sources.find(db, id: source.id) else {
            throw SyncFailure(.notFound, "The source \(self.domain.name)/\(self.source.type) was removed meanwhile.")
        }
        return try SourceContext(domain, source)
    }

    init(_ domain: Domain, _ source: Source) throws {
        self.domain = domain
        self.source = source
        let set = source.hostSettings
        func bad(_ id: String) -> SyncFailure {
            SyncFailure(
                .badValue, "The setting \(id) of \(domain.name)/\(source.type) cannot be used: \(set[id] ?? "").",
                hint: "Set it again with `rollcall source set \(domain.name)/\(source.type) \(id)=…`.", field: id)
        }
        do {
            rules = Rules(
                domain: try DomainName(domain.name), domainAliases: try domain.aliases.map { try DomainName($0) },
                exclude: try ExcludePatterns(set["exclude"] ?? ""))
        } catch {
            throw bad("exclude")
        }
        if let text = set["deleted"], !text.isEmpty {
            guard let deleted = Rules.Deleted(text) else { throw bad("deleted") }
            rules.deleted = deleted
        }
        if let text = set["disabled"], !text.isEmpty {
            guard let disabled = Rules.Disabled(rawValue: text) else { throw bad("disabled") }
            rules.disabled = disabled
        }
        limits = Limits()
        for kind in Limits.Kind.allCases {
            let id = "limit.\(kind.rawValue)"
            guard let text = set[id], !text.isEmpty else { continue }
            guard let limit = Limit(text) else { throw bad(id) }
            limits[kind] = limit
        }
    }

    var name: String { "\(domain.name)/\(source.type)" }

    /// How long a grace that begins at `now` lasts.
    func graceEnd(from now: Timestamp) -> Int64 {
        if case .grace(let days) = rules.deleted { now.adding(days: days).seconds } else { now.seconds }
    }
}
