/// One change to the address book, as people and other programs read it (cli.md, "An operation"). Plans are kept as
/// entry changes, which are smaller and reversible; operations are what these come to.
package struct Operation: Codable, Sendable, Equatable {
    package enum Op: String, Codable, Sendable { case add, update, delete, move }
    package enum What: String, Codable, Sendable { case account, alias, list, member }

    /// What an update or a move changes: only the sides and fields that differ.
    package struct Facts: Codable, Sendable, Equatable {
        package var address: String?
        package var kind: String?
        package var name: String?
        /// The entry that an alias belongs to, in a move.
        package var of: String?

        package init(address: String? = nil, kind: String? = nil, name: String? = nil, of: String? = nil) {
            self.address = address
            self.kind = kind
            self.name = name
            self.of = of
        }
    }

    package var op: Op
    package var what: What
    package var address: String
    /// The account or list that an alias or member belongs to.
    package var of: String?
    package var before: Facts?
    package var after: Facts?
    package var reason: String
    package var objectId: String?
    /// Of a delete: how often gateways asked for the address in the last seven days, and in the last thirty. Filled in
    /// by who shows it.
    package var lookups: Int64?
    package var lookupsMonth: Int64?

    package init(
        _ op: Op, _ what: What, _ address: String, of: String? = nil, before: Facts? = nil, after: Facts? = nil,
        reason: String, objectId: String?
    ) {
        self.op = op
        self.what = what
        self.address = address
        self.of = of
        self.before = before
        self.after = after
        self.reason = reason
        self.objectId = objectId
    }

    enum CodingKeys: String, CodingKey {
        case op, what, address, of, before, after, reason, objectId, lookups, lookupsMonth
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(op, forKey: .op)
        try container.encode(what, forKey: .what)
        try container.encode(address, forKey: .address)
        try container.encode(of, forKey: .of)
        try container.encode(before, forKey: .before)
        try container.encode(after, forKey: .after)
        try container.encode(reason, forKey: .reason)
        try container.encode(objectId, forKey: .objectId)
        try container.encodeIfPresent(lookups, forKey: .lookups)
        try container.encodeIfPresent(lookupsMonth, forKey: .lookupsMonth)
    }
}
