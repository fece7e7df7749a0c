/// The plan of a run, as the core's change coding packs it, in chunks: what an approval applies and an undo takes back.
package enum RunChanges {
    /// Chunks count from 0; the caller numbers them.
    package static func append(
        _ db: any Database, run: String, chunk: Int, data: UnsafeRawBufferPointer
    ) throws {
        let statement = try db.bulk("INSERT INTO run_changes (run_id, chunk, data) VALUES (?, ?, ?)")
        statement.bind(0, text: run)
        statement.bind(1, Int64(chunk))
        statement.bind(2, bytes: data)
        try statement.run()
    }

    /// In order, from this one on.
    package static func each(
        _ db: any Database, run: String, from first: Int = 0,
        _ body: (_ chunk: Int, _ data: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try db.query(
            "SELECT chunk, data FROM run_changes WHERE run_id = ? AND chunk >= ? ORDER BY chunk",
            [.text(run), .int(Int64(first))]
        ) { try body(Int($0.int(0)), $0.bytes(1)) }
    }

    package static func delete(_ db: any Database, run: String) throws {
        try db.execute("DELETE FROM run_changes WHERE run_id = ?", [.text(run)])
    }
}
