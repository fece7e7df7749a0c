internal import RollcallCore

/// Looks up single objects and memberships of a mirror, many times with the same statements.
package final class MirrorReader {
    private let byID: any BulkStatement
    private let members: any BulkStatement
    private let groups: any BulkStatement
    private let edges: any BulkStatement

    package init(_ db: any Database, _ source: SourceKey) throws {
        byID = try db.bulk(
            """
            SELECT id, kind, digest, first_seen, data FROM objects WHERE domain_id = ? AND source_id = ? AND id = ?
            """)
        members = try db.bulk(
            """
            SELECT group_id, member_id, mail FROM edges WHERE domain_id = ? AND source_id = ? AND group_id = ?
            ORDER BY member_id
            """)
        groups = try db.bulk(
            """
            SELECT group_id, member_id, mail FROM edges WHERE domain_id = ? AND source_id = ? AND member_id = ?
            ORDER BY group_id
            """)
        edges = try db.bulk(
            """
            SELECT group_id, member_id, mail FROM edges WHERE domain_id = ? AND source_id = ? AND group_id = ?
            AND member_id = ?
            """)
        for statement in [byID, members, groups, edges] {
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

    /// Whether there is such a membership; hands it out if so.
    @discardableResult
    package func edge(
        group: UnsafeRawBufferPointer, member: UnsafeRawBufferPointer, _ body: (Mirror.EdgeView) throws -> Void
    ) throws -> Bool {
        edges.bind(2, bytes: group)
        edges.bind(3, bytes: member)
        var found = false
        try edges.each {
            found = true
            try body(.init(group: $0.bytes(0), member: $0.bytes(1), mail: $0.bytes(2)))
        }
        return found
    }

    /// The memberships in a group, in the order of members.
    package func membersOf(_ group: UnsafeRawBufferPointer, _ body: (Mirror.EdgeView) throws -> Void) throws {
        members.bind(2, bytes: group)
        try members.each { try body(.init(group: $0.bytes(0), member: $0.bytes(1), mail: $0.bytes(2))) }
    }

    /// The memberships of an object in groups, in the order of groups. Reads all of the source's memberships (some 5
    /// million a second): there is no index by member, for it would make a first read three times as slow. For more
    /// than a few objects take one pass of `Mirror.eachEdge`.
    package func groupsOf(_ member: UnsafeRawBufferPointer, _ body: (Mirror.EdgeView) throws -> Void) throws {
        groups.bind(2, bytes: member)
        try groups.each { try body(.init(group: $0.bytes(0), member: $0.bytes(1), mail: $0.bytes(2))) }
    }
}
