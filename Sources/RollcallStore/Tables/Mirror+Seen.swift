/// Which objects an unfinished FULL has seen, in chunks of whatever form the reader packs them, so that it can be gone
/// on with where it stopped. Chunks come with the checkpoint's transaction.
extension Mirror {
    package static func appendSeen(_ db: any Database, _ source: SourceKey, data: [UInt8]) throws {
        let place = try db.first(
            """
            UPDATE sources SET generation_chunks = generation_chunks + 1 WHERE id = ? AND generation_open = 1
            RETURNING generation, generation_chunks
            """, [.int(source.source)]
        ) { (generation: $0.int(0), chunk: $0.int(1)) }
        guard let place else { throw StoreError(.other, "no full read of the source is open") }
        try db.execute(
            "INSERT INTO seen (domain_id, source_id, generation, chunk, data) VALUES (?, ?, ?, ?, ?)",
            binds(source) + [.int(place.generation), .int(place.chunk), .blob(data)])
    }

    /// The open generation's chunks, in the order in which they were appended.
    package static func eachSeen(
        _ db: any Database, _ source: SourceKey, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try db.query(
            """
            SELECT data FROM seen WHERE domain_id = ? AND source_id = ?
            AND generation = (SELECT generation FROM sources WHERE id = ? AND generation_open = 1) ORDER BY chunk
            """, binds(source) + [.int(source.source)]
        ) { try body($0.bytes(0)) }
    }

    static func forgetSeen(_ db: any Database, _ source: SourceKey) throws {
        try db.execute("DELETE FROM seen WHERE domain_id = ? AND source_id = ?", binds(source))
    }
}
