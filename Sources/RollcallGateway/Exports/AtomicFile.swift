internal import Glibc

/// A file that is replaced in one step: written beside it, on the disk, then renamed over it. A reader has the old one or
/// the new one, never the half of one, also through a power cut. Keeps mode and owner of the file that was there; a new
/// one gets what the caller's umask allows, for gateways run as users of their own.
package final class AtomicFile {
    /// What was allowed before the program took the umask for its own files.
    nonisolated(unsafe) package static var umask: UInt32 = 0o022  // written once, before any thread is made

    let path: String
    /// The file that is being written.
    let temporary: String
    let descriptor: Int32
    private var buffer: [UInt8] = []
    private var isOpen = true

    private static let most = 1 << 18

    package init(_ path: String) throws(ExportFailure) {
        var status = stat()
        let exists = stat(path, &status) == 0
        if exists, status.st_mode & S_IFMT == S_IFDIR { throw Self.failure(path, "replace", EISDIR) }
        let mode = exists ? status.st_mode & 0o777 : 0o666 & ~Self.umask
        self.path = path
        // Hidden, so that no reader of a whole folder takes it for a table.
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        temporary = Self.folder(of: path) + "/.\(name).\(getpid()).new"
        // One that a killed process of the same number left behind.
        unlink(temporary)
        descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw Self.failure(path, "create", errno) }
        fchmod(descriptor, mode)
        // Only root can keep another owner; for all others it is their own file anyway.
        if exists { _ = fchown(descriptor, status.st_uid, status.st_gid) }
        buffer.reserveCapacity(Self.most + 4096)
    }

    deinit { abandon() }

    package static func replace(_ path: String, _ bytes: some Sequence<UInt8>) throws(ExportFailure) {
        let file = try AtomicFile(path)
        try file.write(bytes)
        try file.commit()
    }

    package func write(_ bytes: some Sequence<UInt8>) throws(ExportFailure) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.most { try flush() }
    }

    func flush() throws(ExportFailure) {
        var offset = 0
        while offset < buffer.count {
            let written = buffer.withUnsafeBytes { raw -> Int in
                raw.baseAddress.map { Glibc.write(descriptor, $0 + offset, raw.count - offset) } ?? 0
            }
            if written < 0, errno != EINTR { throw Self.failure(path, "write", errno) }
            if written > 0 { offset += written }
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes over what is at the front already.
    func overwrite(_ bytes: [UInt8]) throws(ExportFailure) {
        try flush()
        let written = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        guard written == bytes.count else { throw Self.failure(path, "write", written < 0 ? errno : ENOSPC) }
    }

    /// From here on the new file is there, whatever happens. Answers its size.
    @discardableResult
    package func commit() throws(ExportFailure) -> Int {
        try flush()
        var status = stat()
        fstat(descriptor, &status)
        guard fsync(descriptor) == 0 else { throw Self.failure(path, "sync", errno) }
        guard rename(temporary, path) == 0 else { throw Self.failure(path, "rename", errno) }
        isOpen = false
        guard close(descriptor) == 0 else { throw Self.failure(path, "close", errno) }
        let folder = open(Self.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
        return Int(status.st_size)
    }

    private func abandon() {
        guard isOpen else { return }
        isOpen = false
        close(descriptor)
        unlink(temporary)
    }

    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    static func failure(_ path: String, _ doing: String, _ code: Int32) -> ExportFailure {
        ExportFailure(
            "The file \(path) cannot be written (\(doing)): \(reason(code)).", isDisk: code == EIO)
    }

    static func reason(_ code: Int32) -> String {
        var text = [CChar](repeating: 0, count: 256)
        guard strerror_r(code, &text, text.count) == 0 else { return "error \(code)" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
