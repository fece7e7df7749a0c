internal import Glibc

/// One exporter at a time for a store, over all processes: whoever has it reads the books after the one before has put
/// its file in place, so an older edition can never come over a newer one. The kernel frees it when a process dies.
final class ExportLock {
    private let descriptor: Int32

    /// `nil` where another has it for longer than `patience`.
    init?(_ path: String, patience seconds: Double) throws(ExportFailure) {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw AtomicFile.failure(path, "lock", errno) }
        for _ in 0...Int(seconds * 20) {
            if flock(file, LOCK_EX | LOCK_NB) == 0 {
                descriptor = file
                return
            }
            if seconds > 0 { usleep(50_000) }
        }
        close(file)
        return nil
    }

    deinit {
        // A child that is just being started may still hold the descriptor, and with it the lock.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
