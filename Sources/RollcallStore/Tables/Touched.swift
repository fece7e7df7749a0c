package import RollcallCore

/// The objects of a source that have changed since the book was last planned from its mirror, each as it was then. Kept
/// in the transactions that change the mirror, and put away by the one that applies the plan.
package enum Touched {
    /// So many of them are no small change: they stand as everything.
    static let many: Int64 = 20_000

    /// Everything may have changed.
    package static func setEverything(_ db: any Database, _ source: SourceKey) throws {
        try clear(db, source)
        try db.execute(
            "INSERT INTO touched (domain_id, source_id, id, why) VALUES (?, ?, ?, 1)",
            Mirror.binds(source) + [.blob([])])
    }

    /// The book is planned from the mirror as it stands now.
    package static func clear(_ db: any Database, _ source: SourceKey) throws {
        try db.execute("DELETE FROM touched WHERE domain_id = ? AND source_id = ?", Mirror.binds(source))
    }

    /// In the order of their ids; `nil` if everything may have changed, or more than `limit`.
    package static func list(_ db: any Database, _ source: SourceKey, limit: Int) throws -> [TouchedObject]? {
        let count = try db.count(
            "SELECT COUNT(*) FROM touched WHERE domain_id = ? AND source_id = ?", Mirror.binds(source))
        guard count <= Int64(limit) else { return nil }
        var list: [TouchedObject] = []
        var isEverything = false
        try db.query(
            "SELECT id, why, kind, data FROM touched WHERE domain_id = ? AND source_id = ? ORDER BY id",
            Mirror.binds(source)
        ) { row in
            let id = row.blob(0)
            guard !id.isEmpty, let why = TouchedObject.Why(rawValue: UInt8(truncatingIfNeeded: row.int(1))) else {
                isEverything = true
                return
            }
            var before: (RecordKind, [UInt8])?
            if !row.isNull(2) {
                guard let kind = RecordKind(rawValue: UInt8(truncatingIfNeeded: row.int(2))) else {
                    isEverything = true
                    return
                }
                before = (kind, row.blob(3))
            }
            list.append(TouchedObject(id: id, why: why, before: before))
        }
        return isEverything ? nil : list
    }
}

/// Notes what changes, the first word on each object being the one that counts.
package final class TouchedWriter {
    private let db: any Database
    private let source: SourceKey
    private let insert: any BulkStatement
    private let copy: any BulkStatement
    private var lastGroup: [UInt8] = []

    package init(_ db: any Database, _ source: SourceKey) throws {
        self.db = db
        self.source = source
        insert = try db.bulk(
            """
            INSERT INTO touched (domain_id, source_id, id, why, kind, data) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (domain_id, source_id, id) DO NOTHING
            """)
        insert.bind(0, source.domain)
        insert.bind(1, source.source)
        copy = try db.bulk(
            """
            INSERT INTO touched (domain_id, source_id, id, why, kind, data)
            SELECT domain_id, source_id, id, ?, kind, data FROM objects
            WHERE domain_id = ? AND source_id = ? AND id = ?
            ON CONFLICT (domain_id, source_id, id) DO NOTHING
            """)
        copy.bind(1, source.domain)
        copy.bind(2, source.source)
    }

    /// The object is about to change; `before` is what the mirror has of it.
    package func changes(id: UnsafeRawBufferPointer, before: Mirror.ObjectView?) throws {
        insert.bind(2, bytes: id)
        insert.bind(3, Int64(TouchedObject.Why.changed.rawValue))
        if let before {
            insert.bind(4, Int64(before.kind.rawValue))
            insert.bind(5, bytes: before.data)
        } else {
            insert.bindNull(4)
            insert.bindNull(5)
        }
        try insert.run()
    }

    /// Who is in the group is about to change. A group that is no object concerns nobody.
    package func changes(membersOf group: UnsafeRawBufferPointer) throws {
        if lastGroup.withUnsafeBytes({ $0.isEqual(to: group) }) { return }
        lastGroup = Array(group)
        try note(.members, group)
    }

    /// The object, as it stands, has lost an address to another.
    package func isContested(id: [UInt8]) throws { try id.withUnsafeBytes { try note(.contested, $0) } }

    /// Ends a batch: a directory that turns over is planned as a whole, and need not be told twice.
    package func end() throws {
        let count = try db.count(
            "SELECT COUNT(*) FROM touched WHERE domain_id = ? AND source_id = ?", Mirror.binds(source))
        if count > Touched.many { try Touched.setEverything(db, source) }
    }

    private func note(_ why: TouchedObject.Why, _ id: UnsafeRawBufferPointer) throws {
        copy.bind(0, Int64(why.rawValue))
        copy.bind(3, bytes: id)
        try copy.run()
    }
}
