/// An object that may come to something else than when the book was last planned, as it was then.
package struct TouchedObject: Sendable {
    package enum Why: UInt8, Sendable {
        /// It was changed, added or deleted.
        case changed = 1
        /// Who is in it was.
        case members
        /// It lost an address to another: should that one let go, it would get it.
        case contested
    }

    package var id: [UInt8]
    package var why: Why
    /// `nil`: there was no such object.
    package var before: (kind: RecordKind, data: [UInt8])?

    package init(id: [UInt8], why: Why, before: (kind: RecordKind, data: [UInt8])?) {
        self.id = id
        self.why = why
        self.before = before
    }
}

/// Where a plan of the touched looks things up: the mirror and the book as they stand. Views are good until the closure
/// returns.
package protocol PlanGround {
    /// Whether the mirror has such an object; hands it out if so.
    func object(
        _ id: UnsafeRawBufferPointer,
        _ body: (_ kind: RecordKind, _ firstSeen: Int64, _ attributes: AttributeList) throws -> Void
    ) throws -> Bool
    /// The memberships of a group, in the order of the members' ids.
    func eachMember(
        of group: UnsafeRawBufferPointer,
        _ body: (_ member: UnsafeRawBufferPointer, _ mail: UnsafeRawBufferPointer) throws -> Void
    ) throws
    /// All memberships.
    func eachEdge(_ body: (_ group: UnsafeRawBufferPointer, _ member: UnsafeRawBufferPointer) throws -> Void) throws
    /// The memberships that name the member by address.
    func eachMailEdge(_ body: (_ group: UnsafeRawBufferPointer, _ mail: UnsafeRawBufferPointer) throws -> Void) throws
    /// The whole book, in the order of its keys.
    func eachEntry(_ body: (BookRow) throws -> Void) throws
}
