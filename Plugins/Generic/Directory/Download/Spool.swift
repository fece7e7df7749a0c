/// Where a download goes: a file without a name in the worker's private folder, so that nothing is left behind.

internal import ConnectorKit
internal import Glibc

final class Spool {
    private var descriptor: Int32
    private let hasher = Hasher128()
    private(set) var count: Int64 = 0

    init() throws(Stop) {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        // mkstemp puts a name of its own in place of the Xs.
        var template = Array("\(folder)/rollcall-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw .failed(
                "No file for the download could be made in \(folder).", detail: String(cString: strerror(errno)))
        }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    var digest: Digest { hasher.digest }

    /// false: it could not be written.
    func write(_ bytes: Bytes) -> Bool {
        var rest = bytes
        while rest.count > 0 {
            let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return false }
            rest = Bytes(rebasing: rest[written...])
        }
        hasher.add(bytes)
        count += Int64(bytes.count)
        return true
    }

    /// The file, to be read from its start. The spool is then empty-handed.
    func finish(name: String) throws(Stop) -> InputFile {
        let file = descriptor
        descriptor = -1
        return try InputFile(descriptor: file, name: name)
    }
}
