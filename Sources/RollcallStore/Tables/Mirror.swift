package import RollcallCore

/// The raw objects and memberships of a source, as last read. All ids and contents are handed out as views of the row,
/// good until the closure returns; nothing is copied and nothing allocated a row.
package enum Mirror {
    package struct ObjectView {
        package let id: UnsafeRawBufferPointer
        package let kind: RecordKind
        package let digest: Digest128
        /// The sequence number of the run that saw it first.
        package let firstSeen: Int64
        package let data: UnsafeRawBufferPointer

        package var attributes: AttributeList { AttributeList(data) }
    }

    package struct EdgeView {
        package let group: UnsafeRawBufferPointer
        package let member: UnsafeRawBufferPointer
        /// The member's address, where the directory gave one; else empty.
        package let mail: UnsafeRawBufferPointer
    }

    /// In the order in which they came.
    package static func eachDigest(
        _ db: any Database, _ source: SourceKey,
        _ body: (_ id: UnsafeRawBufferPointer, _ kind: RecordKind, _ digest: Digest128) throws -> Void
    ) throws {
        try db.query(
            "SELECT id, kind, digest FROM objects WHERE place BETWEEN ? AND ? ORDER BY place", places(source)
        ) { row in
            try body(row.bytes(0), try kind(row.int(1)), try digest(row.bytes(2)))
        }
    }

    /// In the order in which they came.
    package static func eachObject(
        _ db: any Database, _ source: SourceKey, _ body: (ObjectView) throws -> Void
    ) throws {
        try db.query(
            """
            SELECT id, kind, digest, first_seen, data FROM objects WHERE place BETWEEN ? AND ? ORDER BY place
            """, places(source)
        ) { try body(try view($0)) }
    }

    /// Those that have the text in their data, in the order in which they came. The others cost a look at that and no more.
    package static func eachObject(
        _ db: any Database, _ source: SourceKey, having text: FoldedText, _ body: (ObjectView) throws -> Void
    ) throws {
        let reader = try MirrorReader(db, source)
        try db.query("SELECT data, id FROM objects WHERE place BETWEEN ? AND ? ORDER BY place", places(source)) {
            guard text.isIn($0.bytes(0)) else { return }
            try reader.object(id: $0.bytes(1), body)
        }
    }

    /// In the order of group and member.
    package static func eachEdge(_ db: any Database, _ source: SourceKey, _ body: (EdgeView) throws -> Void) throws {
        try eachEdge(
            db, "SELECT group_id, members FROM edges WHERE domain_id = ? AND source_id = ? ORDER BY group_id", source,
            body)
    }

    /// The memberships that name their member by address, by an index.
    package static func eachMailEdge(_ db: any Database, _ source: SourceKey, _ body: (EdgeView) throws -> Void) throws
    {
        let sql = "SELECT group_id, members FROM edges WHERE domain_id = ? AND source_id = ? AND mails > 0"
        try eachEdge(db, sql, source) { if !$0.mail.isEmpty { try body($0) } }
    }

    private static func eachEdge(
        _ db: any Database, _ sql: String, _ source: SourceKey, _ body: (EdgeView) throws -> Void
    ) throws {
        try db.query(sql, binds(source)) { row in
            let group = row.bytes(0)
            var list = MemberList(row.bytes(1))
            while let member = try list.next() { try body(.init(group: group, member: member.id, mail: member.mail)) }
        }
    }

    /// Hands out the object, if there is one. For more than a few use `MirrorReader`.
    @discardableResult
    package static func object(
        _ db: any Database, _ source: SourceKey, id: UnsafeRawBufferPointer, _ body: (ObjectView) throws -> Void
    ) throws -> Bool {
        try MirrorReader(db, source).object(id: id, body)
    }

    package static func counts(_ db: any Database, _ source: SourceKey) throws -> (objects: Int64, edges: Int64) {
        (
            try db.count("SELECT COUNT(*) FROM objects WHERE domain_id = ? AND source_id = ?", binds(source)),
            try db.count(
                "SELECT COALESCE(SUM(count), 0) FROM edges WHERE domain_id = ? AND source_id = ?", binds(source))
        )
    }

    /// Empties the mirror of a source.
    package static func clear(_ db: any Database, _ source: SourceKey) throws {
        try db.execute("DELETE FROM objects WHERE domain_id = ? AND source_id = ?", binds(source))
        try db.execute("DELETE FROM edges WHERE domain_id = ? AND source_id = ?", binds(source))
        try Touched.setEverything(db, source)
    }

    /// The first and the last place that a source's objects may have.
    static func places(_ source: SourceKey) -> [SQLValue] {
        [.int(source.source << 32), .int(source.source << 32 | 0xFFFF_FFFF)]
    }

    static func binds(_ source: SourceKey) -> [SQLValue] { [.int(source.domain), .int(source.source)] }

    @inline(__always)
    static func view(_ row: any Row) throws -> ObjectView {
        ObjectView(
            id: row.bytes(0), kind: try kind(row.int(1)), digest: try digest(row.bytes(2)), firstSeen: row.int(3),
            data: row.bytes(4))
    }

    @inline(__always)
    private static func kind(_ number: Int64) throws -> RecordKind {
        guard let byte = UInt8(exactly: number), let kind = RecordKind(rawValue: byte) else {
            throw StoreError(
                .corrupt, "the mirror has an object of the unknown kind \(number)", hint: "sync with --full")
        }
        return kind
    }

    @inline(__always)
    private static func digest(_ bytes: UnsafeRawBufferPointer) throws -> Digest128 {
        guard let digest = Digest128(stored: bytes) else {
            throw StoreError(.corrupt, "the mirror has a digest of \(bytes.count) bytes", hint: "sync with --full")
        }
        return digest
    }
}
