internal import Glibc

/// Who holds a file of the store: read from the kernel's table of locks. The files themselves must not be opened for
/// it, since closing any descriptor of a file drops all POSIX locks that this process has on it, SQLite's among them.
enum StoreHolders {
    /// The process that is writing, as `rollcall sync run example.com (process 4711)`.
    static func writer(path: String) -> String? {
        // The write lock of the WAL is byte 120 of its index.
        locks(on: path + "-shm").first { $0.isWrite && $0.first <= 120 && $0.last >= 120 }.map { name(of: $0.pid) }
    }

    /// Every process that has the store open, but this one.
    static func all(path: String) -> [String] {
        var pids: [Int32] = []
        for lock in locks(on: path) + locks(on: path + "-shm") + locks(on: path + "-lock")
        where lock.pid != getpid() && !pids.contains(lock.pid) {
            pids.append(lock.pid)
        }
        return pids.map(name(of:))
    }

    struct Lock {
        var isWrite: Bool
        var pid: Int32
        var first: Int64
        var last: Int64
    }

    /// Lines like `3: POSIX  ADVISORY  WRITE 4711 08:01:1234 120 120`.
    static func locks(on path: String) -> [Lock] {
        var status = stat()
        guard stat(path, &status) == 0 else { return [] }
        let inode = UInt64(status.st_ino)
        var result: [Lock] = []
        for line in text(of: "/proc/locks").split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard words.count >= 8, words[1] != "->", let pid = Int32(words[4]), pid > 0,
                let place = words[5].split(separator: ":").last, UInt64(place) == inode
            else { continue }
            result.append(
                Lock(
                    isWrite: words[3] == "WRITE", pid: pid, first: Int64(words[6]) ?? 0,
                    last: Int64(words[7]) ?? .max))
        }
        return result
    }

    /// The command line holds no secret: rollcall takes none there.
    private static func name(of pid: Int32) -> String {
        let words = text(of: "/proc/\(pid)/cmdline").split(separator: "\0")
        guard let program = words.first else { return "process \(pid)" }
        let short = program.split(separator: "/").last ?? program
        let line = ([short] + words.dropFirst().prefix(3)).joined(separator: " ")
        let safe = String(
            String.UnicodeScalarView(line.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
        return "`\(safe)` (process \(pid))"
    }

    static func text(of path: String) -> String {
        String(decoding: (try? Files.read(path, limit: 4 << 20)) ?? [], as: UTF8.self)
    }
}
