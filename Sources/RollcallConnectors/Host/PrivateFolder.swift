internal import CHostSystem
internal import Glibc
internal import RollcallCore

/// The worker's own folder: its HOME and TMPDIR, the only place it can write to, gone with the job.
struct PrivateFolder {
    let path: String
    /// Held as long as the job runs, so that others can tell a folder in use from one that a killed host left behind.
    private let lock: Int32

    init() throws(ConnectorFailure) {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        _ = Self.isSwept
        // mkdtemp puts a name of its own in place of the Xs.
        var template = Array((parent + "/rollcall-worker-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            let reason = System.describe(errno)
            throw ConnectorFailure(
                .init(.failed, text: "A private folder for the connector could not be made in \(parent): \(reason)."),
                hint: "Free some space there, or set TMPDIR to a directory that can be written to.")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        flock(lock, LOCK_EX | LOCK_NB)
    }

    /// Once a process: folders of this user's that nobody holds. They may have a posted list in them.
    private static let isSwept: Bool = {
        for path in Stale.paths(in: getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp") {
            let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { removeTree(path) }
            close(descriptor)
        }
        return true
    }()

    /// Writes a file that only the worker can read; its path.
    func write(_ name: String, _ bytes: [UInt8]) throws(ConnectorFailure) -> String {
        let file = path + "/" + name
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        var written = 0
        while descriptor >= 0, written < bytes.count {
            let put = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if put < 0 { break }
            written += put
        }
        let reason = System.describe(errno)
        if descriptor >= 0 { close(descriptor) }
        guard descriptor >= 0, written == bytes.count else {
            throw ConnectorFailure(
                .init(.failed, text: "The posted list could not be written for the connector: \(reason)."),
                hint: "Free some space where TMPDIR points to.")
        }
        return file
    }

    func remove() {
        Self.removeTree(path)
        if lock >= 0 { close(lock) }
    }

    /// Removes a directory and all beneath, never following a link; opens what the connector has closed to itself.
    private static func removeTree(_ path: String) {
        var info = stat()
        guard lstat(path, &info) == 0 else { return }
        guard info.st_mode & S_IFMT == S_IFDIR else {
            unlink(path)
            return
        }
        chmod(path, 0o700)
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
                    String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { removeTree(path + "/" + name) }
            }
            closedir(directory)
        }
        rmdir(path)
    }
}
