internal import RollcallCore
internal import RollcallGateway
internal import RollcallStore
internal import RollcallSync

/// Changes to a domain's book by a person's hand, inside one transaction. The rules are those of a sync: an address
/// stands once in a book, and one in grace yields at once to who claims it.
struct HandMade {
    let db: any Database
    let domain: Domain
    private let owners: OwnerNames
    private let writer: BookWriter

    init(_ db: any Database, _ domain: Domain) throws {
        self.db = db
        self.domain = domain
        owners = try OwnerNames(db, domain)
        writer = try BookWriter(db, domain: domain.id)
    }

    /// The domain of an address, by name or alias, and the address in it.
    static func place(_ db: any Database, _ text: String) throws -> (domain: Domain, address: String) {
        let address = try checked(text)
        guard let domain = try Domains.find(db, name: address.domain) else {
            throw Failure(
                .notFound, "There is no domain \(address.domain), so \(shown(address.text)) has no place.",
                hint: "`rollcall domain add \(address.domain) --type TYPE` adds it.")
        }
        return (domain, inside(domain, address))
    }

    /// As an address of this domain: those of its aliases stand for the same local part in it.
    func own(_ text: String) throws -> String {
        let address = try Self.checked(text)
        guard address.domain == domain.name || domain.aliases.contains(address.domain) else {
            throw Failure(
                .usage, "\(shown(address.text)) is no address of \(domain.name).",
                hint: "An alias stands in the same domain, or in an alias of it.")
        }
        return Self.inside(domain, address)
    }

    static func checked(_ text: String) throws -> Address {
        do {
            return try Address(text)
        } catch {
            throw Failure(.usage, "The address “\(shown(text))” \(error).", hint: "For example info@example.com.")
        }
    }

    private static func inside(_ domain: Domain, _ address: Address) -> String {
        guard address.domain != domain.name, let at = address.text.utf8.lastIndex(of: UInt8(ascii: "@")) else {
            return address.text
        }
        return address.text[...at] + domain.name
    }

    /// The entry that has the address as primary or alias, active or in grace.
    func find(_ address: String) throws -> Entry? {
        let key = Address.key(of: address)
        var found: Entry?
        try BookEntries.each(db, domain) { entry in
            guard found == nil || found?.isGrace == true else { return }
            if entry.key == key || entry.aliases.contains(where: { Address.key(of: $0) == key }) { found = entry }
        }
        return found
    }

    func document(_ entry: Entry) -> EntryDocument { EntryDocument(entry, owner: owners[entry.owner]) }

    func ownerName(_ entry: Entry) -> String { owners[entry.owner] }

    func save(_ entry: Entry, replacing old: Entry? = nil) throws {
        if let old, old.key != entry.key { try remove(old) }
        var entry = entry
        entry.aliases = Self.sorted(entry.aliases)
        entry.members = Self.sorted(entry.members)
        // By hand: no run brought these addresses.
        if entry.since.count != 1 + entry.aliases.count {
            entry.since = Array(repeating: 0, count: 1 + entry.aliases.count)
        }
        try entry.withRow(key: entry.key) { row in
            try writer.upsert(
                key: row.key, owner: row.owner, objectID: row.objectID, kind: entry.kind.rawValue,
                state: entry.isGrace ? 1 : 0, until: entry.nextEnd, content: row.content, grace: row.grace,
                since: row.since)
        }
    }

    func remove(_ entry: Entry) throws { try entry.key.withUnsafeBytes { try writer.delete(key: $0) } }

    /// Frees the addresses for a new claimant, or says who has one.
    func claim(_ addresses: [String]) throws {
        let wanted = Set(addresses.map { Address.key(of: $0) })
        var touched: [(old: Entry, new: Entry?)] = []
        try BookEntries.each(db, domain) { entry in
            let keys = [entry.key] + entry.aliases.map { Address.key(of: $0) }
            if let held = zip([entry.primary] + entry.aliases, keys).first(where: { wanted.contains($0.1) })?.0 {
                guard entry.isGrace else {
                    throw Failure(
                        .exists,
                        "\(shown(held)) is taken already: it belongs to \(shown(entry.primary)), owner \(owners[entry.owner]).",
                        hint: "`rollcall explain \(held)` says why.")
                }
            }
            var rest = entry
            rest.grace.removeAll { wanted.contains(Address.key(of: $0.address)) }
            if entry.isGrace {
                let addresses = [entry.primary] + entry.aliases
                let left = addresses.filter { !wanted.contains(Address.key(of: $0)) }
                if left.count < addresses.count {
                    rest.aliases = Array(left.dropFirst())
                    rest.since = []
                    guard let primary = left.first else {
                        touched.append((entry, nil))
                        return
                    }
                    rest.primary = primary
                }
            }
            if rest != entry { touched.append((entry, rest)) }
        }
        for (old, new) in touched {
            if let new { try save(new, replacing: old) } else { try remove(old) }
        }
    }

    private static func sorted(_ addresses: [String]) -> [String] {
        var seen: Set<[UInt8]> = []
        return addresses.map { (Address.key(of: $0), $0) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }
            .filter { seen.insert($0.0).inserted }.map(\.1)
    }
}
