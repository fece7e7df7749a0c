package import RollcallCore

/// An entry of the book in the JSON of `book show` (cli.md): the same for the command line and the API.
package struct EntryDocument: Encodable, Sendable {
    private struct GraceAddress: Encodable {
        let address: String
        let until: Timestamp
    }

    package let entry: Entry
    /// By the name that people know: the source's type, or `manual`.
    package let owner: String

    package init(_ entry: Entry, owner: String) {
        self.entry = entry
        self.owner = owner
    }

    enum CodingKeys: String, CodingKey {
        case address, kind, name, aliases, members, owner, state, until, grace, objectId
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(entry.primary, forKey: .address)
        try container.encode(entry.kind.name, forKey: .kind)
        try container.encode(entry.name, forKey: .name)
        try container.encode(entry.aliases, forKey: .aliases)
        if entry.isList { try container.encode(entry.members, forKey: .members) }
        try container.encode(owner, forKey: .owner)
        try container.encode(entry.isGrace ? "grace" : "active", forKey: .state)
        try container.encode(entry.until.map { Timestamp(seconds: $0) }, forKey: .until)
        try container.encode(
            entry.grace.map { GraceAddress(address: $0.address, until: Timestamp(seconds: $0.until)) }, forKey: .grace)
        try container.encode(entry.objectID.isEmpty ? nil : entry.objectID, forKey: .objectId)
    }
}
