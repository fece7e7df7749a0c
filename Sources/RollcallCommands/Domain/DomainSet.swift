internal import ArgumentParser
internal import RollcallCore
internal import RollcallStore

/// The switches of a domain. Enforcement can be switched on only when the book has something to enforce: before that,
/// every mail would bounce.
struct DomainSet: Verb {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Set a domain's switches: enforce=on|off, subaddress=CHARS, catchall=ADDRESS, expand_lists=on|off.",
        discussion: "expand_lists: whether gateways that ask for aliases are told a list's members.")

    @Argument(help: "The domain.") var domain: DomainReference
    @Argument(help: ArgumentHelp("What to set; an empty value brings the default back.", valueName: "key=value"))
    var settings: [String]
    @OptionGroup var options: GlobalOptions

    static let keys = ["enforce", "subaddress", "catchall", "expand_lists"]

    func answer(_ session: Session) throws -> Answer {
        let document = try session.store().write { db in
            var domain = try Session.domain(db, domain)
            for setting in settings {
                guard let equals = setting.firstIndex(of: "=") else {
                    throw Failure(.usage, "“\(shown(setting))” is no setting: KEY=VALUE is expected.")
                }
                try apply(
                    String(setting[..<equals]), String(setting[setting.index(after: equals)...]), to: &domain, db)
            }
            try Domains.update(db, domain)
            // What gateways are told has changed, so the edition they are served by has, too.
            try Editions.advanceForGateways(db, domain: domain.id)
            return try DomainDocument(db, Session.domain(db, self.domain))
        }
        return Answer(document, lines: document.lines)
    }

    private func apply(_ key: String, _ value: String, to domain: inout Domain, _ db: any Database) throws {
        switch key {
        case "enforce":
            guard let on = value.isEmpty ? false : Switch.parse(value) else {
                throw Failure(.badSettings, "enforce is “\(shown(value))”, but must be on or off.", field: key)
            }
            if on, !domain.enforce { try requireBook(db, domain) }
            domain.enforce = on
        case "expand_lists":
            guard let on = value.isEmpty ? false : Switch.parse(value) else {
                throw Failure(.badSettings, "expand_lists is “\(shown(value))”, but must be on or off.", field: key)
            }
            domain.expandLists = on
        case "subaddress":
            let allowed = Set("+-=_.#%&~".utf8)
            let value = value == "none" ? "" : value.isEmpty ? "+" : value
            guard value.utf8.allSatisfy(allowed.contains), value.utf8.count <= 8 else {
                throw Failure(
                    .badSettings, "subaddress is “\(shown(value))”, but must be characters of + - = _ . # % & ~.",
                    hint: "subaddress=none switches sub-addresses off.", field: key)
            }
            domain.subaddress = value
        case "catchall":
            if value.isEmpty {
                domain.catchall = nil
            } else {
                do {
                    domain.catchall = try Address(value).text
                } catch {
                    throw Failure(
                        .badSettings, "catchall is “\(shown(value))”, which \(error).", field: key)
                }
            }
        default:
            let meant = Nearest.word(to: key, among: Self.keys).map { "; did you mean \($0)?" } ?? "."
            throw Failure(
                .badSettings, "A domain has no setting \(shown(key))\(meant)",
                hint: "It has \(Self.keys.joined(separator: ", ")). Settings of its source: `rollcall source set`.",
                field: key)
        }
    }

    private func requireBook(_ db: any Database, _ domain: Domain) throws {
        let synced = try Sources.list(db, domain: domain.id).contains { $0.firstSyncedRun != nil }
        if !synced, try Book.isEmpty(db, domain: domain.id) {
            throw Failure(
                .badSettings,
                "Enforcement of \(domain.name) stays off: its address book is empty, so all mail would be refused.",
                hint: "Sync it first, or enter accounts by hand.", field: "enforce")
        }
    }
}
