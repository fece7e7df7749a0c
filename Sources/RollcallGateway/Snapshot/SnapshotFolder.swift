internal import Glibc
internal import RollcallCore

/// The snapshots of all domains as files, one each, by which a lookup service answers right after its start and goes on
/// when there is no store. A file is replaced whole. It is not forced to the disk: after a power cut its checksum tells
/// whether it is good, and the store has everything that it had.
package struct SnapshotFolder: Sendable {
    package let path: String
    static let suffix = ".snapshot"

    package init(_ path: String) { self.path = path }

    /// Beside the store: `rollcall.db` has `rollcall.db-gateway`.
    package static func beside(store: String) -> SnapshotFolder { SnapshotFolder(store + "-gateway") }

    /// Whether any snapshot was ever saved here: there was a store then.
    package var hasSnapshots: Bool { !names().isEmpty }

    /// All that are good, and a sentence about each that is not.
    package func load(_ complain: (String) -> Void) -> [Snapshot] {
        names().compactMap { name in
            do {
                return try read("\(path)/\(name)")
            } catch {
                complain("the snapshot \(path)/\(name) is not used: \(error)")
                return nil
            }
        }
    }

    package func save(_ snapshot: Snapshot) throws(SnapshotFileFailure) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw SnapshotFileFailure(path, errno) }
        let file = file(snapshot.name)
        let temporary = "\(file).\(getpid()).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw SnapshotFileFailure(temporary, errno) }
        let code = snapshot.withBytes { Self.write($0, to: descriptor) }
        close(descriptor)
        guard code == 0, rename(temporary, file) == 0 else {
            let code = code == 0 ? errno : code
            unlink(temporary)
            throw SnapshotFileFailure(file, code)
        }
    }

    package func remove(_ domain: String) { unlink(file(domain)) }

    /// Takes away those of domains that are no more.
    package func keepOnly(_ domains: Set<String>) {
        let files = Set(domains.map { file($0) })
        for name in names() where !files.contains("\(path)/\(name)") { unlink("\(path)/\(name)") }
    }

    /// A domain's name is a file's name but where it is too long for one.
    private func file(_ domain: String) -> String {
        guard domain.utf8.count > 200 else { return "\(path)/\(domain)\(Self.suffix)" }
        let digest = Array(domain.utf8).withUnsafeBytes { Digest128(of: $0) }
        return "\(path)/~\(String(digest.low, radix: 16))\(String(digest.high, radix: 16))\(Self.suffix)"
    }

    private func names() -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(Self.suffix) { names.append(name) }
        }
        return names.sorted()
    }

    private func read(_ file: String) throws -> Snapshot {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw SnapshotFileFailure(file, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SnapshotFileFailure(file, errno) }
        let size = Int(status.st_size)
        guard status.st_mode & S_IFMT == S_IFREG, size > 0, size <= 2 * SnapshotLayout.longest,
            let memory = malloc(size)
        else { throw SnapshotFlaw.cutShort }
        var count = 0
        while count < size {
            let more = Glibc.read(descriptor, memory + count, size - count)
            if more < 0, errno == EINTR { continue }
            guard more > 0 else { break }
            count += more
        }
        guard count == size else {
            free(memory)
            throw SnapshotFlaw.cutShort
        }
        return try Snapshot(owning: UnsafeMutableRawBufferPointer(start: memory, count: size))
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count < 0 ? errno : EIO }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return 0
    }
}

/// A snapshot's file that cannot be read or written.
package struct SnapshotFileFailure: Error, Sendable, CustomStringConvertible {
    let path: String
    let code: Int32

    init(_ path: String, _ code: Int32) {
        self.path = path
        self.code = code
    }

    package var description: String { "\(path): \(String(cString: strerror(code)))" }
}
