package import RollcallCore

/// Writes a mirror in bulk, inside one transaction. Fastest in the order of the keys. Bytes are bound where they lie.
package final class MirrorWriter {
    private let upsert: any BulkStatement
    private let delete: any BulkStatement
    private let upsertEdge: any BulkStatement
    private let removeEdge: any BulkStatement
    private let removeGroup: any BulkStatement

    package init(_ db: any Database, _ source: SourceKey) throws {
        upsert = try db.bulk(
            """
            INSERT INTO objects (domain_id, source_id, id, kind, digest, first_seen, data) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (domain_id, source_id, id) DO UPDATE
            SET kind = excluded.kind, digest = excluded.digest, data = excluded.data
            """)
        delete = try db.bulk("DELETE FROM objects WHERE domain_id = ? AND source_id = ? AND id = ?")
        upsertEdge = try db.bulk(
            """
            INSERT INTO edges (domain_id, source_id, group_id, member_id, mail) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (domain_id, source_id, group_id, member_id) DO UPDATE SET mail = excluded.mail
            """)
        removeEdge = try db.bulk(
            "DELETE FROM edges WHERE domain_id = ? AND source_id = ? AND group_id = ? AND member_id = ?")
        removeGroup = try db.bulk("DELETE FROM edges WHERE domain_id = ? AND source_id = ? AND group_id = ?")
        for statement in [upsert, delete, upsertEdge, removeEdge, removeGroup] {
            statement.bind(0, source.domain)
            statement.bind(1, source.source)
        }
    }

    /// Adds the object, or replaces kind, digest and data; `firstSeen` of one that is there stays.
    @inline(__always)
    package func putObject(
        id: UnsafeRawBufferPointer, kind: RecordKind, digest: Digest128, firstSeen: Int64, data: UnsafeRawBufferPointer
    ) throws {
        upsert.bind(2, bytes: id)
        upsert.bind(3, Int64(kind.rawValue))
        upsert.bind(5, firstSeen)
        upsert.bind(6, bytes: data)
        try digest.withStored {
            upsert.bind(4, bytes: $0)
            try upsert.run()
        }
    }

    package func deleteObject(id: UnsafeRawBufferPointer) throws {
        delete.bind(2, bytes: id)
        try delete.run()
    }

    /// Adds the membership, or replaces its address.
    @inline(__always)
    package func putEdge(
        group: UnsafeRawBufferPointer, member: UnsafeRawBufferPointer, mail: UnsafeRawBufferPointer
    ) throws {
        upsertEdge.bind(2, bytes: group)
        upsertEdge.bind(3, bytes: member)
        upsertEdge.bind(4, bytes: mail)
        try upsertEdge.run()
    }

    package func deleteEdge(group: UnsafeRawBufferPointer, member: UnsafeRawBufferPointer) throws {
        removeEdge.bind(2, bytes: group)
        removeEdge.bind(3, bytes: member)
        try removeEdge.run()
    }

    package func deleteEdges(ofGroup group: UnsafeRawBufferPointer) throws {
        removeGroup.bind(2, bytes: group)
        try removeGroup.run()
    }
}
