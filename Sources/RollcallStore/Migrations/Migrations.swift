/// Brings a store to the schema of this release. Steps are numbered and never change once released; each is one
/// transaction with the store's number inside, so a store is always at a step, never between two. A store of a later
/// release is refused, and an existing one is copied to `PATH.before-N` before it is changed.
enum Migrations {
    struct Step {
        let statements: [String]
        /// What SQL alone cannot do, after the statements.
        var body: @Sendable (any Database) throws -> Void = { _ in }
    }

    /// "Roll": tells a store from any other SQLite file.
    static let applicationID = 0x526F_6C6C

    static let steps: [Step] = [
        Step(statements: Migration1.statements),
        Step(statements: MigrationWeb.statements),
        Step(statements: MigrationSchedule.statements),
        Step(statements: MigrationExports.statements),
        Step(statements: MigrationReports.statements),
        Step(statements: MigrationGateway.statements),
        Step(statements: MigrationTouched.statements),
        Step(statements: MigrationAudit.statements),
        Step(statements: MigrationMirror.statements),
        Step(statements: MigrationMembers.statements, body: MigrationMembers.move),
    ]

    static func migrate(
        _ database: SQLiteDatabase, to steps: [Step] = Migrations.steps, before: () throws -> Void = {}
    ) throws {
        var version = try number(database)
        try refuseNewer(version, steps.count, database.path)
        guard version < steps.count else { return }
        if version > 0 { try Backup.copy(database, to: "\(database.path).before-\(steps.count)", replacing: true) }
        while version < steps.count {
            version = try database.transaction(writing: true) { db in
                // Another process may have been faster.
                let current = try number(database)
                try refuseNewer(current, steps.count, database.path)
                guard current < steps.count else { return current }
                for statement in steps[current].statements {
                    try before()
                    try db.execute(statement)
                }
                try steps[current].body(db)
                if current == 0 {
                    try Meta.begin(db)
                    try database.run("PRAGMA application_id = \(applicationID)")
                }
                try before()
                try database.run("PRAGMA user_version = \(current + 1)")
                try before()
                return current + 1
            }
        }
    }

    static func number(_ database: SQLiteDatabase) throws -> Int {
        Int(try database.pragma("PRAGMA user_version")) ?? 0
    }

    static func refuseNewer(_ version: Int, _ known: Int, _ path: String) throws(StoreError) {
        guard version > known else { return }
        throw StoreError(
            .newerSchema,
            "the store \(path) was written by a later release: its schema is \(version), this one knows \(known)",
            hint: "install that release again, or restore the copy \(path).before-\(version)")
    }
}
