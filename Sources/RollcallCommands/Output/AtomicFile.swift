internal import Glibc

/// Replaces a file in one step: written beside it, on the disk, then renamed over it. Keeps the mode of the file that was
/// there; a new one gets what the caller's umask allows.
enum AtomicFile {
    /// What was allowed before the program took the umask for its own files.
    nonisolated(unsafe) static var umask: mode_t = 0o022  // written once, before any thread is made

    static func replace(_ path: String, _ bytes: [UInt8]) throws(Failure) {
        func failure(_ doing: String, _ code: Int32) -> Failure {
            Failure(
                .failed, "The file \(path) cannot be written (\(doing)): \(Console.reason(code)).",
                hint: "What was there before is unchanged.", exitCode: code == EIO ? 74 : 1)
        }
        var status = stat()
        let exists = stat(path, &status) == 0
        let mode = exists ? status.st_mode & 0o777 : 0o666 & ~umask
        let temporary = "\(path).\(getpid()).new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw failure("create", errno) }
        var code: Int32 = 0
        fchmod(file, mode)
        // Only root can keep another owner; for all others it is their own file anyway.
        if exists { _ = fchown(file, status.st_uid, status.st_gid) }
        var offset = 0
        while offset < bytes.count, code == 0 {
            let count = bytes.withUnsafeBytes { raw -> Int in
                raw.baseAddress.map { write(file, $0 + offset, bytes.count - offset) } ?? 0
            }
            if count < 0, errno != EINTR { code = errno }
            if count > 0 { offset += count }
        }
        if code == 0, fsync(file) != 0 { code = errno }
        if close(file) != 0, code == 0 { code = errno }
        if code == 0, rename(temporary, path) != 0 { code = errno }
        guard code == 0 else {
            unlink(temporary)
            throw failure("write", code)
        }
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if directory >= 0 {
            fsync(directory)
            close(directory)
        }
    }
}
