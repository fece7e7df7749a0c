/// A file that is being read, and the proof that it was the same file from the first byte to the last.

internal import ConnectorKit
internal import Glibc

final class InputFile {
    let descriptor: Int32
    /// As a person knows it, for messages.
    let name: String
    private let before: stat

    var size: Int64 { Int64(before.st_size) }

    /// Opens what `location` names. Everything that can be wrong with a path is a matter of settings.
    init(path: String, name: String) throws(Stop) {
        let bare = path.utf8.contains(0)
        // Not blocking: a FIFO that nobody writes to would hold the worker.
        let file = bare ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        let code = bare ? ENOENT : errno
        guard file >= 0 else { throw Self.problem(name, code) }
        var info = stat()
        guard fstat(file, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
            close(file)
            throw .badSettings("location", "\(name) is not a regular file.")
        }
        posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL)
        descriptor = file
        self.name = name
        before = info
    }

    /// Takes over a file that has just been written.
    init(descriptor: Int32, name: String) throws(Stop) {
        var info = stat()
        let isThere = fstat(descriptor, &info) == 0
        self.descriptor = descriptor
        self.name = name
        before = info
        if !isThere { throw .failed("\(name) could not be kept.") }
    }

    deinit { close(descriptor) }

    func rewind() throws(Stop) {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw Self.problem(name, errno) }
    }

    /// Reads up to `room.count` bytes; 0 at the end.
    func read(into room: UnsafeMutableRawBufferPointer) throws(Stop) -> Int {
        while true {
            let count = Glibc.read(descriptor, room.baseAddress, room.count)
            if count >= 0 { return count }
            if errno != EINTR { throw .unavailable("\(name) could not be read.", detail: Self.reason(errno)) }
        }
    }

    /// Fails if somebody has written to the file since it was opened: what was read is then neither old nor new.
    func checkUnchanged(read: Int64) throws(Stop) {
        var now = stat()
        guard fstat(descriptor, &now) == 0, now.st_size == before.st_size, read == Int64(before.st_size),
            now.st_mtim.tv_sec == before.st_mtim.tv_sec, now.st_mtim.tv_nsec == before.st_mtim.tv_nsec
        else {
            throw .unavailable(
                "\(name) was written to while it was being read; write a new file and rename it into place.")
        }
    }

    /// The digest of the whole content, from the start. Leaves the file at its end.
    func contentDigest(_ host: Host) throws(Stop) -> Digest {
        try rewind()
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { room.deallocate() }
        let hasher = Hasher128()
        var total: Int64 = 0
        while true {
            let count = try read(into: room)
            if count == 0 { break }
            hasher.add(Bytes(rebasing: room[0..<count]))
            total += Int64(count)
            try host.checkCancelled()
            host.progress(UInt64(total), of: UInt64(max(0, size)))
        }
        try checkUnchanged(read: total)
        return hasher.digest
    }

    private static func problem(_ name: String, _ code: Int32) -> Stop {
        switch code {
        case ENOENT, ENOTDIR: .badSettings("location", "There is no file \(name).", detail: reason(code))
        case EACCES, EPERM:
            .badSettings("location", "Rollcall may not read \(name); check its owner and mode.", detail: reason(code))
        case ENAMETOOLONG, ELOOP: .badSettings("location", "\(name) is no usable path.", detail: reason(code))
        default: .unavailable("\(name) could not be opened.", detail: reason(code))
        }
    }

    private static func reason(_ code: Int32) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
