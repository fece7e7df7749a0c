internal import RollcallCore

/// Looks up single objects and memberships of a mirror, many times with the same statements.
package final class MirrorReader {
    private let byID: any BulkStatement
    private let members: any BulkStatement

    package init(_ db: any Database, _ source: SourceKey) throws {
        byID = try db.bulk(
            """
            SELECT id, kind, digest, first_seen, data FROM objects WHERE domain_id = ? AND source_id = ? AND id = ?
            """)
        members = try db.bulk(
            "SELECT members FROM edges WHERE domain_id = ? AND source_id = ? AND group_id = ?")
        for statement in [byID, members] {
            statement.bind(0, source.domain)
            statement.bind(1, source.source)
        }
    }

    /// Whether there is such an object; hands it out if so.
    @discardableResult
    package func object(id: UnsafeRawBufferPointer, _ body: (Mirror.ObjectView) throws -> Void) throws -> Bool {
        byID.bind(2, bytes: id)
        var found = false
        try byID.each {
            found = true
            try body(try Mirror.view($0))
        }
        return found
    }

    /// The memberships in a group, in the order of members.
    package func membersOf(_ group: UnsafeRawBufferPointer, _ body: (Mirror.EdgeView) throws -> Void) throws {
        members.bind(2, bytes: group)
        try members.each {
            var list = MemberList($0.bytes(0))
            while let member = try list.next() { try body(.init(group: group, member: member.id, mail: member.mail)) }
        }
    }
}
