internal import Glibc

/// Says that a store is in use, by a lock that the kernel frees with the process: shared by all who have it open, alone
/// for the one who replaces it.
final class StoreLock: Sendable {
    private let descriptor: CInt

    init(path: String, alone: Bool) throws(StoreError) {
        guard let descriptor = try Self.take(path, "-lock", (alone ? LOCK_EX : LOCK_SH)) else {
            let holders = StoreHolders.all(path: path)
            let names = holders.isEmpty ? "another process" : holders.joined(separator: ", ")
            throw StoreError(
                .locked,
                alone ? "the store \(path) is in use by \(names)" : "the store \(path) is being restored by \(names)",
                hint: alone ? "stop `rollcall serve` and let running syncs end first" : "try again when it has ended")
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// `nil` where another process holds it otherwise.
    static func take(_ path: String, _ side: String, _ how: CInt) throws(StoreError) -> CInt? {
        let descriptor = open(path + side, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw SQLiteFiles.failure("locking", path, errno) }
        Files.handOver(path + side)
        // A process that is just being started shares its parent's locks until it becomes another program: a moment.
        for _ in 0..<10 {
            if flock(descriptor, how | LOCK_NB) == 0 { return descriptor }
            usleep(20_000)
        }
        close(descriptor)
        return nil
    }
}

/// The right to be the one `rollcall serve` of a store on this machine. Good while it is kept.
package final class ServerLock: Sendable {
    private let descriptor: CInt

    /// Fails at once where there is one already, and names it.
    package init(_ location: StoreLocation) throws {
        let path = location.path
        guard let descriptor = try StoreLock.take(path, "-serve", LOCK_EX) else {
            let holder = StoreHolders.locks(on: path + "-serve").first.map { "process \($0.pid)" } ?? "another process"
            throw StoreError(
                .locked, "the store \(path) is served already, by \(holder)", hint: "stop that one first")
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
