internal import Glibc

/// The few things that the store does with files by itself: modes, small whole files, durable replacement.
enum Files {
    struct Failure: Error {
        let code: CInt
        var reason: String { String(cString: strerror(code)) }
    }

    static func status(_ path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }

    static func exists(_ path: String) -> Bool { status(path) != nil }

    static func size(_ path: String) -> Int64 { status(path).map { Int64($0.st_size) } ?? 0 }

    /// Bytes that are free where `path` is.
    static func free(_ path: String) -> Int64 {
        var space = statvfs()
        guard statvfs(path, &space) == 0 else { return .max }
        return Int64(clamping: UInt64(space.f_bavail) &* UInt64(space.f_frsize))
    }

    /// Whether there is no room for even a small file where `path` is.
    static func isDiskFull(_ path: String) -> Bool { free(path) < 65_536 }

    static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        let folder = String(path[..<slash])
        return folder.isEmpty ? "/" : folder
    }

    /// What root makes in a folder of the service's user belongs to that user: else a first command by root would lock
    /// the service out.
    static func handOver(_ path: String) {
        guard geteuid() == 0, let folder = status(folder(of: path)), folder.st_uid != 0 else { return }
        _ = lchown(path, folder.st_uid, folder.st_gid)
    }

    /// Whether the file belongs to root, to us, or, for root, to whoever the folder belongs to.
    static func isOurs(_ path: String, _ file: stat) -> Bool {
        file.st_uid == 0 || file.st_uid == geteuid()
            || geteuid() == 0 && status(folder(of: path))?.st_uid == file.st_uid
    }

    /// A new, empty file that only its owner may read. Never an existing one.
    static func create(_ path: String, mode: mode_t = 0o600) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        close(descriptor)
        handOver(path)
    }

    static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limit {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(code: errno) }
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return bytes
    }

    static func remove(_ path: String) { unlink(path) }

    /// Whether two paths name one file.
    static func isSame(_ a: String, _ b: String) -> Bool {
        guard let a = status(a), let b = status(b) else { return false }
        return a.st_ino == b.st_ino && a.st_dev == b.st_dev
    }

    /// A copy of mode 0600. Not for a file that SQLite has open: closing it would drop SQLite's locks.
    static func copy(_ from: String, to path: String) throws(Failure) {
        let source = open(from, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw Failure(code: errno) }
        defer { close(source) }
        let target = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard target >= 0 else { throw Failure(code: errno) }
        defer { close(target) }
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(source, &chunk, chunk.count)
            guard count >= 0 else { throw Failure(code: errno) }
            if count == 0 { return }
            try writeAll(chunk[..<count], to: target)
        }
    }

    private static func writeAll(_ bytes: ArraySlice<UInt8>, to descriptor: CInt) throws(Failure) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure(code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    static func link(_ from: String, to path: String) throws(Failure) {
        guard Glibc.link(from, path) == 0 else { throw Failure(code: errno) }
    }

    static func sync(_ path: String) throws(Failure) {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Failure(code: errno) }
    }

    /// Gives a complete file its name, durably. `replacing: false` fails with EEXIST where there is a file already.
    static func rename(_ from: String, to path: String, replacing: Bool) throws(Failure) {
        if replacing {
            guard Glibc.rename(from, path) == 0 else { throw Failure(code: errno) }
        } else {
            try link(from, to: path)
            unlink(from)
        }
        try syncFolder(of: path)
    }

    /// Writes a file of mode 0600 so that after a crash there is either the old or the new one, whole. `replacing:
    /// false` fails with EEXIST where there is a file already.
    static func write(_ bytes: [UInt8], to path: String, replacing: Bool) throws(Failure) {
        let temporary = "\(path).\(getpid()).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        do {
            try writeAll(bytes[...], to: descriptor)
        } catch {
            close(descriptor)
            unlink(temporary)
            throw error
        }
        handOver(temporary)
        let synced = fsync(descriptor)
        let code = errno
        close(descriptor)
        guard synced == 0 else {
            unlink(temporary)
            throw Failure(code: code)
        }
        do {
            try rename(temporary, to: path, replacing: replacing)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    static func syncFolder(of path: String) throws(Failure) {
        let descriptor = open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Failure(code: errno) }
    }
}
