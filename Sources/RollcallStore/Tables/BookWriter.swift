/// Writes a book in bulk, inside one transaction. Fastest in the order of the keys. The edition is not its business:
/// whoever applies advances it once, in the same transaction.
package final class BookWriter {
    private let upsertion: any BulkStatement
    private let deletion: any BulkStatement

    package init(_ db: any Database, domain: Int64) throws {
        upsertion = try db.bulk(
            """
            INSERT INTO entries (domain_id, key, owner, object_id, kind, state, until, content, grace, since)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (domain_id, key) DO UPDATE SET owner = excluded.owner, object_id = excluded.object_id,
                kind = excluded.kind, state = excluded.state, until = excluded.until, content = excluded.content,
                grace = excluded.grace, since = excluded.since
            """)
        deletion = try db.bulk("DELETE FROM entries WHERE domain_id = ? AND key = ?")
        upsertion.bind(0, domain)
        deletion.bind(0, domain)
    }

    /// Adds the entry, or replaces the one of that key.
    @inline(__always)
    package func upsert(_ entry: Book.View) throws {
        try upsert(
            key: entry.key, owner: entry.owner, objectID: entry.objectID, kind: entry.kind, state: entry.state,
            until: entry.until, content: entry.content, grace: entry.grace, since: entry.since)
    }

    @inline(__always)
    package func upsert(
        key: UnsafeRawBufferPointer, owner: Int64, objectID: UnsafeRawBufferPointer, kind: UInt8, state: UInt8,
        until: Int64?, content: UnsafeRawBufferPointer, grace: UnsafeRawBufferPointer, since: UnsafeRawBufferPointer
    ) throws {
        upsertion.bind(1, bytes: key)
        upsertion.bind(2, owner)
        upsertion.bind(3, bytes: objectID)
        upsertion.bind(4, Int64(kind))
        upsertion.bind(5, Int64(state))
        if let until { upsertion.bind(6, until) } else { upsertion.bindNull(6) }
        upsertion.bind(7, bytes: content)
        upsertion.bind(8, bytes: grace)
        upsertion.bind(9, bytes: since)
        try upsertion.run()
    }

    package func delete(key: UnsafeRawBufferPointer) throws {
        deletion.bind(1, bytes: key)
        try deletion.run()
    }
}
