package import RollcallCore

/// How a file that is exported by itself stands: which version of the books is in it, and what went wrong since.
package struct ExportMark: Equatable, Sendable {
    package var path: String
    /// Of the books that were written last and told to the gateway; empty while there were none.
    package var version: String
    package var exportedAt: Timestamp?
    package var triedAt: Timestamp
    /// In a row.
    package var failures: Int
    package var problem: String?

    package init(
        path: String, version: String, exportedAt: Timestamp?, triedAt: Timestamp, failures: Int, problem: String?
    ) {
        self.path = path
        self.version = version
        self.exportedAt = exportedAt
        self.triedAt = triedAt
        self.failures = failures
        self.problem = problem
    }
}

package enum ExportMarks {
    package static func find(_ db: any Database, path: String) throws -> ExportMark? {
        try db.first(
            "SELECT path, version, exported_at, tried_at, failures, problem FROM exports WHERE path = ?", [.text(path)]
        ) {
            ExportMark(
                path: $0.text(0), version: $0.text(1), exportedAt: $0.optionalInt(2).map { Timestamp(seconds: $0) },
                triedAt: Timestamp(seconds: $0.int(3)), failures: Int($0.int(4)), problem: $0.optionalText(5))
        }
    }

    package static func set(_ db: any Database, _ mark: ExportMark) throws {
        try db.execute(
            """
            INSERT INTO exports (path, version, exported_at, tried_at, failures, problem) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (path) DO UPDATE SET version = excluded.version, exported_at = excluded.exported_at,
                tried_at = excluded.tried_at, failures = excluded.failures, problem = excluded.problem
            """,
            [
                .text(mark.path), .text(mark.version), SQLValue(mark.exportedAt?.seconds), .int(mark.triedAt.seconds),
                .int(Int64(mark.failures)), SQLValue(mark.problem),
            ])
    }
}
