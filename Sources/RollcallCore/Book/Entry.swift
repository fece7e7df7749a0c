/// One entry of the address book: an account or a list with its addresses, as gateways and people see it.

package enum EntryKind: UInt8, Sendable, CaseIterable {
    case user = 1, shared, room, equipment, contact, list

    package var name: String {
        switch self {
        case .user: "user"
        case .shared: "shared"
        case .room: "room"
        case .equipment: "equipment"
        case .contact: "contact"
        case .list: "list"
        }
    }
}

/// The id of a source in the store; 0 owns what people entered by hand.
package typealias OwnerID = Int64

extension OwnerID {
    package static let manual: OwnerID = 0
}

package struct Entry: Equatable, Sendable {
    /// An address that is gone from a living entry, but still answered "try later".
    package struct GraceAddress: Equatable, Sendable {
        package var address: String
        package var until: Int64

        package init(address: String, until: Int64) {
            self.address = address
            self.until = until
        }
    }

    /// Stands for "the grace time from the moment of the apply on", which a plan cannot know yet.
    package static let untilFromApply: Int64 = -1

    /// As the directory writes it. The compare key is `Address(primary).key`.
    package var primary: String
    package var kind: EntryKind
    package var name: String
    /// In the order of their compare keys.
    package var aliases: [String]
    /// A list's members, as addresses, in the order of their compare keys.
    package var members: [String]
    package var owner: OwnerID
    /// The directory's id; empty for what was entered by hand.
    package var objectID: String
    /// Seconds; the end of the entry's grace, or `nil` while it is active.
    package var until: Int64?
    package var grace: [GraceAddress]
    /// The sequence number of the run that brought each address: the primary's first, then the aliases'. 0: this one.
    package var since: [Int64]

    package init(
        primary: String, kind: EntryKind, name: String = "", aliases: [String] = [], members: [String] = [],
        owner: OwnerID = .manual, objectID: String = "", until: Int64? = nil, grace: [GraceAddress] = [],
        since: [Int64] = []
    ) {
        self.primary = primary
        self.kind = kind
        self.name = name
        self.aliases = aliases
        self.members = members
        self.owner = owner
        self.objectID = objectID
        self.until = until
        self.grace = grace
        self.since = since
    }

    package var isList: Bool { kind == .list }
    package var isGrace: Bool { until != nil }

    /// The earliest moment at which something of it ends.
    package var nextEnd: Int64? {
        [until, grace.map(\.until).min()].compactMap { $0 }.min()
    }
}
