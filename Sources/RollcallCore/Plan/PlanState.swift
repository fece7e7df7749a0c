/// What a plan remembers while it is made: compact rows in arrays that refer to each other by number, so that a
/// directory of a million people is planned in memory without an object of its own for anybody.

/// A row of the present book.
struct PresentEntry {
    enum Class: UInt8 {
        /// Owned by the source that is planned.
        case own
        /// Owned by hand or by another source that is in use: its addresses are not to be had.
        case other
        /// Owned by a source that is disabled or gone: its addresses pass to whoever claims them.
        case orphan
    }

    var ownership: Class
    var isGrace: Bool
    var hasGraceAddresses: Bool
    var kind: EntryKind
    /// Its object's number in the table of ids, or -1.
    var id: Int32
    var primary: Int32
    var aliasCount: Int32
    /// The whole row, for comparison and for the plan's before side.
    var row: ByteArena.Reference
    /// The object that becomes of it, or -1.
    var object: Int32 = -1
}

/// An object of the directory.
struct PlannedObject {
    /// Why it has no part in the book, as far as that is its own doing.
    enum Status: UInt8 {
        case usable, disabled, excluded, addressless, filtered
    }

    var id: Int32
    var kind: EntryKind
    var status: Status
    /// Only looked at, as a member of lists. Here, where it takes no room.
    var isBystander = false
    var pattern: Int32 = -1
    var name: ByteArena.Reference
    var created: Int64
    var firstSeen: Int64
    var firstClaim: Int32
    var claimCount: Int32 = 0
    /// The foreign address that stands for it as a member of a list, or -1, and its spelling.
    var external: Int32 = -1
    var externalShown = ByteArena.Reference.none
    /// The address that the directory calls its primary, usable or not, or -1.
    var nominal: Int32 = -1
    /// The entry of the present book that it goes on from, or -1.
    var entry: Int32 = -1
    /// The claim that becomes its primary, or -1: then it has no entry.
    var primary: Int32 = -1
}

/// An object's wish for an address.
struct Claim {
    var address: Int32
    var object: Int32
    /// The spelling, where it differs from the compare key.
    var shown: ByteArena.Reference
    var isPrimary: Bool
}

/// Where an address stands in the present book, and which claim gets it.
struct AddressState {
    enum Role: UInt8 { case primary, alias, grace }

    var entry: Int32 = -1
    var role = Role.primary
    var winner: Int32 = -1
}

struct PlannedEdge {
    var group: Int32
    var member: Int32
    var mail: ByteArena.Reference
}

/// What a plan comes to, beside its changes.
package struct PlanOutcome: Sendable {
    package var counts = OperationCounts()
    package var leftOut = LeftOut()
    package var facts = GuardFacts()
    package var changes = 0
    /// Entries and aliases that are gone from the directory and kept because the setting says so.
    package var kept = 0
    /// Sentences for the report: clashes, primaries that had to give way; capped.
    package var notes: [String] = []
    /// How many notes there were in all.
    package var noteCount = 0
    /// The ids of objects that lost an address to another; `nil` if they are many.
    package var contested: [[UInt8]]? = []

    package init() {}
}
