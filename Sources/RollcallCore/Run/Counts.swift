/// The numbers of a run, in the shape of the outward contract (cli.md, "JSON of a run").

/// What was read.
package struct ReadCounts: Codable, Sendable, Equatable {
    /// Objects and memberships in the mirror after the read.
    package var objects = 0
    package var memberships = 0
    /// Objects and memberships that differ from the read before.
    package var changed = 0
    /// The connector vouched for having read everything.
    package var complete = false

    package init() {}
}

/// Operations by kind. Every account, alias, list and membership that comes, goes or changes is one, also when it
/// comes or goes with its entry.
package struct OperationCounts: Codable, Sendable, Equatable {
    package struct Entries: Codable, Sendable, Equatable {
        package var add = 0
        package var update = 0
        package var delete = 0
    }
    package struct Aliases: Codable, Sendable, Equatable {
        package var add = 0
        package var delete = 0
        package var move = 0
    }
    package struct Members: Codable, Sendable, Equatable {
        package var add = 0
        package var delete = 0
    }

    package var accounts = Entries()
    package var aliases = Aliases()
    package var lists = Entries()
    package var members = Members()

    package init() {}

    package var total: Int {
        accounts.add + accounts.update + accounts.delete + aliases.add + aliases.delete + aliases.move
            + lists.add + lists.update + lists.delete + members.add + members.delete
    }

    enum CodingKeys: String, CodingKey { case accounts, aliases, lists, members, total }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(accounts, forKey: .accounts)
        try container.encode(aliases, forKey: .aliases)
        try container.encode(lists, forKey: .lists)
        try container.encode(members, forKey: .members)
        try container.encode(total, forKey: .total)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        accounts = try container.decode(Entries.self, forKey: .accounts)
        aliases = try container.decode(Aliases.self, forKey: .aliases)
        lists = try container.decode(Entries.self, forKey: .lists)
        members = try container.decode(Members.self, forKey: .members)
    }
}

/// What the rules left out: addresses for the first four, objects for the last two.
package struct LeftOut: Codable, Sendable, Equatable {
    package var foreign = 0
    package var excluded = 0
    package var invalid = 0
    package var clash = 0
    package var disabled = 0
    package var noAddress = 0

    package init() {}
}

/// One limit that a plan is over.
package struct Held: Codable, Sendable, Equatable {
    /// The setting's id without `limit.`, or `empty`.
    package var limit: String
    /// As the limit reads: `10%`, `25`, `default: 5`.
    package var allowed: String
    package var planned: Int
    package var of: Int

    package init(limit: String, allowed: String, planned: Int, of: Int) {
        self.limit = limit
        self.allowed = allowed
        self.planned = planned
        self.of = of
    }
}
