internal import Glibc

/// Puts a backup in the place of the store: only a whole and sound one, only while nobody has the store open, and in
/// one step, so that there is always the old or the new store. The old one stays beside it as `PATH.replaced`.
extension Store {
    package static func restore(_ location: StoreLocation, from file: String) throws {
        let path = location.path
        try SQLiteFiles.makeFolder(of: path)
        let lock = try StoreLock(path: path, alone: true)
        defer { withExtendedLifetime(lock) {} }
        let fresh = "\(path).restoring"
        defer { for side in sides { Files.remove(fresh + side) } }
        for side in sides { Files.remove(fresh + side) }
        do {
            try Files.copy(file, to: fresh)
            // A copy made with cp instead of `store backup` has its latest commits here.
            if Files.size(file + "-wal") > 0 { try Files.copy(file + "-wal", to: fresh + "-wal") }
        } catch {
            guard Files.exists(file) else {
                throw StoreError(
                    .missing, "there is no backup at \(file)", hint: "name a file that `store backup` made")
            }
            throw SQLiteFiles.failure("restoring \(file) to", path, error.code)
        }
        try examine(fresh, of: file)
        do {
            Files.handOver(fresh)
            try Files.sync(fresh)
            try setAside(path)
            try Files.rename(fresh, to: path, replacing: true)
        } catch {
            throw SQLiteFiles.failure("restoring \(file) to", path, error.code)
        }
    }

    private static let sides = ["", "-wal", "-shm", "-journal"]

    /// Reads all of the copy before anything is replaced by it.
    private static func examine(_ copy: String, of file: String) throws {
        do {
            let database = try SQLiteDatabase.open(path: copy, busySeconds: 5)
            guard try database.pragma("PRAGMA application_id") == "\(Migrations.applicationID)" else {
                throw StoreError(
                    .usage, "\(file) is not a store of rollcall", hint: "name a file that `rollcall store backup` made")
            }
            try Migrations.refuseNewer(try Migrations.number(database), Migrations.steps.count, file)
            let flaws = try database.integrity()
            guard flaws.isEmpty else {
                throw StoreError(
                    .corrupt, "the backup \(file) is damaged: \(flaws[0])",
                    hint: "take another one; nothing was replaced")
            }
            guard try database.pragma("PRAGMA wal_checkpoint(TRUNCATE)") == "0" else {
                throw StoreError(.other, "the backup \(file) could not be made one file", hint: "nothing was replaced")
            }
        } catch var error as StoreError where error.kind == .corrupt {
            error.message = "the backup \(file) is damaged"
            error.hint = "take another one; nothing was replaced"
            throw error
        }
    }

    /// Keeps the old store under another name, whole: its log goes into it first where it can still be read.
    private static func setAside(_ path: String) throws(Files.Failure) {
        guard Files.exists(path) else { return }
        if let database = try? SQLiteDatabase.open(path: path, busySeconds: 5) {
            _ = try? database.pragma("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        let aside = "\(path).replaced"
        for side in sides { Files.remove(aside + side) }
        try Files.link(path, to: aside)
        if Files.size(path + "-wal") > 0 { try Files.rename(path + "-wal", to: aside + "-wal", replacing: true) }
        for side in sides.dropFirst() { Files.remove(path + side) }
    }
}
