internal import RollcallCore
internal import RollcallStore

/// From the names that people type to what is stored, each miss with a hint.
extension Session {
    static func domain(_ db: any Database, _ reference: DomainReference) throws -> Domain {
        let name = try reference.name()
        guard let domain = try Domains.find(db, name: name) else {
            throw Failure(
                .notFound, "There is no domain \(name).", hint: "`rollcall domain list` shows those that there are.")
        }
        return domain
    }

    /// The source that is meant: the one of that type, else the one of the domain's server type, else the only one.
    static func source(_ db: any Database, _ reference: DomainReference) throws -> (domain: Domain, source: Source) {
        let domain = try domain(db, reference)
        let sources = try Sources.list(db, domain: domain.id)
        let type = reference.type ?? domain.serverType
        if let source = sources.first(where: { $0.type == type }) { return (domain, source) }
        if reference.type == nil, let only = sources.first, sources.count == 1 { return (domain, only) }
        let types = sources.map { "\(domain.name)/\($0.type)" }
        throw Failure(
            .notFound,
            reference.type == nil
                ? "\(domain.name) has no source of its type \(shown(type))."
                : "\(domain.name) has no source of type \(shown(type)).",
            hint: types.isEmpty
                ? "Add one with `rollcall source add \(domain.name) --type TYPE`."
                : "It has \(types.joined(separator: ", ")).")
    }

    static func run(_ db: any Database, _ id: String) throws -> RunRecord {
        guard let run = try Runs.find(db, id: id.uppercased()) else {
            throw Failure(
                .notFound, "There is no run \(shown(id)).", hint: "`rollcall run list` shows the latest.")
        }
        return run
    }
}
