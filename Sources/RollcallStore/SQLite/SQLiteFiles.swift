internal import Glibc

/// The store's files: `PATH`, SQLite's `PATH-wal` and `PATH-shm`, and `PATH-lock`. All are 0600, in a folder that is
/// 0700 if we made it. SQLite gives its files the mode of the main one, so that one is made first, with no umask's
/// help.
enum SQLiteFiles {
    /// Makes folder and file where they are missing, and takes from the file what others could do with it.
    static func prepare(path: String, create: Bool) throws(StoreError) {
        if let status = Files.status(path) {
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw StoreError(.usage, "the store \(path) is not a file", hint: "name a file in store: sqlite:PATH")
            }
            try tighten(path, status)
            for side in ["-wal", "-shm"] {
                if let status = Files.status(path + side) { try tighten(path + side, status) }
            }
            return
        }
        guard create else {
            throw StoreError(
                .missing, "there is no store at \(path)", hint: "any command that changes something makes it")
        }
        if Files.size(path + "-wal") > 0 {
            throw StoreError(
                .corrupt, "the store \(path) is gone, but its log \(path)-wal is still there",
                hint: "put the file back, or restore a backup with `rollcall store restore FILE`")
        }
        try makeFolder(of: path)
        try refuseNetwork(path)
        do {
            try Files.create(path)
        } catch {
            // Another process was faster: as good.
            guard error.code != EEXIST else { return }
            throw failure("making", path, error.code)
        }
    }

    /// The folder that holds the store; its own parent must be there, for a mistyped path is not to be built.
    static func makeFolder(of path: String) throws(StoreError) {
        let folder = Files.folder(of: path)
        guard !Files.exists(folder) else { return }
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            let code = errno
            if code == ENOENT {
                throw StoreError(
                    .missing,
                    "the folder of the store \(path) cannot be made, since \(Files.folder(of: folder)) is not there",
                    hint: "make it first, or set store: sqlite:PATH")
            }
            throw failure("making the folder of", path, code)
        }
        try? Files.syncFolder(of: folder)
    }

    /// Locks and shared memory do not work over a network, and a store without them is damaged sooner or later.
    private static func refuseNetwork(_ path: String) throws(StoreError) {
        guard let folder = Files.status(Files.folder(of: path)) else { return }
        // As makedev(3) packs the two numbers.
        let number = UInt64(folder.st_dev)
        let device = "\(number >> 32 & 0xFFFF_F000 | number >> 8 & 0xFFF):\(number >> 12 & 0xFFFF_FF00 | number & 0xFF)"
        // Lines like `36 35 0:42 / /mnt rw - nfs4 server:/export rw`.
        let mount = StoreHolders.text(of: "/proc/self/mountinfo").split(separator: "\n").first { line in
            line.split(separator: " ").dropFirst(2).first.map { $0 == device } ?? false
        }
        let words = mount?.split(separator: " ") ?? []
        guard let dash = words.firstIndex(of: "-"), dash + 1 < words.count,
            ["nfs", "nfs4", "cifs", "smb3", "smbfs"].contains(words[dash + 1])
        else { return }
        throw StoreError(
            .usage, "the store \(path) lies on a network file system, where it would be damaged",
            hint: "set store: sqlite:PATH to a local disk")
    }

    private static func tighten(_ path: String, _ status: stat) throws(StoreError) {
        guard status.st_mode & 0o077 != 0, Files.isOurs(path, status) else { return }
        guard chmod(path, status.st_mode & 0o700) == 0 else { throw failure("closing to others", path, errno) }
    }

    static func failure(_ doing: String, _ path: String, _ code: CInt) -> StoreError {
        let reason = String(cString: strerror(code))
        switch code {
        case ENOSPC, EDQUOT:
            return StoreError(.full, "\(doing) the store \(path) failed: \(reason)", hint: "free some space there")
        case EACCES, EPERM, EROFS:
            return StoreError(
                .permission, "\(doing) the store \(path) failed: \(reason)",
                hint: "run as the user who owns the store, and let that user write its folder")
        case EIO:
            return StoreError(.io, "\(doing) the store \(path) failed: \(reason)", hint: "look at the disk")
        default:
            return StoreError(.other, "\(doing) the store \(path) failed: \(reason)")
        }
    }
}
