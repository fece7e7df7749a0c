import RollcallCore

/// A directory and a book in memory, and the plan between them: what the tests of the planner have in common.
struct Person {
    var id: String
    var kind: RecordKind = .user
    var firstSeen: Int64 = 1
    var attributes: [(String, String)] = []

    init(_ id: String, _ kind: RecordKind, firstSeen: Int64 = 1, _ attributes: [(String, String)]) {
        self.id = id
        self.kind = kind
        self.firstSeen = firstSeen
        self.attributes = attributes
    }

    init(_ id: String, firstSeen: Int64 = 1, _ attributes: [(String, String)]) {
        self.init(id, .user, firstSeen: firstSeen, attributes)
    }

    /// A user by primary and aliases.
    static func user(_ id: String, _ mail: String, _ aliases: String...) -> Person {
        Person(id, [("mail", mail)] + aliases.map { ("alias", $0) })
    }

    /// The attributes as the mirror keeps them.
    var data: [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in attributes {
            Array(name.utf8).withUnsafeBytes { name in
                Array(value.utf8).withUnsafeBytes { RecordWriter.append(name: name, value: $0, to: &bytes) }
            }
        }
        return bytes
    }

    static func group(_ id: String, _ mail: String? = nil) -> Person {
        Person(id, .group, mail.map { [("mail", $0)] } ?? [])
    }
}

struct PlanBench {
    var rules: Rules
    var source: OwnerID = 7
    var orphans: Set<OwnerID> = []
    var book: [Entry] = []
    var people: [Person] = []
    var edges: [(group: String, member: String, mail: String)] = []
    var limits = Limits()

    init(
        domain: String = "example.com", aliases: [String] = [], exclude: String = "",
        deleted: Rules.Deleted = .grace(days: 1), disabled: Rules.Disabled = .keep
    ) throws {
        rules = Rules(
            domain: try DomainName(domain), domainAliases: try aliases.map { try DomainName($0) },
            exclude: try ExcludePatterns(exclude), deleted: deleted, disabled: disabled)
    }

    struct Plan {
        var changes: [EntryChange] = []
        var outcome = PlanOutcome()
        var held: [Held] = []

        var operations: [Operation] {
            var all: [Operation] = []
            for change in changes { change.forEachOperation { all.append($0) } }
            return all
        }

        /// `add account a@example.com`, one a line, for comparison.
        var lines: [String] {
            operations.map { "\($0.op) \($0.what) \($0.address)" + ($0.of.map { " of \($0)" } ?? "") }
        }
    }

    func plan() throws -> Plan {
        var planner = Planner(rules: rules, source: source, orphans: orphans)
        for entry in book { entry.withRow(key: entry.key) { planner.add(entry: $0) } }
        for person in people {
            Array(person.id.utf8).withUnsafeBytes { id in
                person.data.withUnsafeBytes {
                    planner.add(
                        object: id, kind: person.kind, firstSeen: person.firstSeen, attributes: AttributeList($0))
                }
            }
        }
        for edge in edges {
            Array(edge.group.utf8).withUnsafeBytes { group in
                Array(edge.member.utf8).withUnsafeBytes { member in
                    Array(edge.mail.utf8).withUnsafeBytes { planner.add(edge: group, member: member, mail: $0) }
                }
            }
        }
        var plan = Plan()
        plan.outcome = try planner.finish { bytes in
            var reader = ByteReader(bytes)
            if let view = ChangeView(&reader), reader.isAtEnd { plan.changes.append(view.change) }
        }
        plan.held = Guard.verdict(plan.outcome.counts, plan.outcome.facts, limits)
        return plan
    }

    /// The book after these changes, as the store applies them: first the befores go, then the afters come.
    static func apply(_ changes: [EntryChange], to book: [Entry], until: Int64 = 5_000, run: Int64 = 9) -> [Entry] {
        var rows: [[UInt8]: Entry] = [:]
        for entry in book { rows[entry.key] = entry }
        for change in changes { if let before = change.before { rows[before.key] = nil } }
        for change in changes {
            if let after = change.after?.stamped(until: until, run: run) { rows[after.key] = after }
        }
        return rows.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    }

    /// Plans and applies.
    @discardableResult
    mutating func sync(run: Int64 = 9) throws -> Plan {
        let plan = try plan()
        book = Self.apply(plan.changes, to: book, run: run)
        return plan
    }

    /// Who is in the book, in one line an entry, for comparison.
    var lines: [String] {
        book.map { entry in
            var line = "\(entry.kind.name) \(entry.primary)"
            if !entry.aliases.isEmpty { line += " aka \(entry.aliases.joined(separator: ","))" }
            if !entry.members.isEmpty { line += " with \(entry.members.joined(separator: ","))" }
            if entry.isGrace { line += " in grace" }
            if !entry.grace.isEmpty { line += " lately \(entry.grace.map(\.address).joined(separator: ","))" }
            return line
        }
    }
}
