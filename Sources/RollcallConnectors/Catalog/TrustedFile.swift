internal import CHostSystem
internal import Crypto
internal import Glibc

/// A file that passed the checks of a policy, open. Found, judged, then read: all through the one descriptor.
final class TrustedFile {
    /// What a file is recognised by without reading it.
    struct Identity: Hashable, Codable, Sendable {
        var device: UInt64
        var inode: UInt64
        var size: Int64
        var modified: Int64
        /// When anything of it was changed last: this one cannot be set.
        var changed: Int64
    }

    struct Flaw: Error {
        let text: String
        var isMissing = false
    }

    private let descriptor: Int32
    let identity: Identity

    init(_ path: String, policy: TrustPolicy) throws(Flaw) {
        let opened = rollcall_open_straight(path, 0)
        guard opened >= 0 else {
            switch -opened {
            case ENOENT: throw Flaw(text: "\(path) is missing.", isMissing: true)
            case ELOOP:
                throw Flaw(text: "\(path) is, or lies behind, a symbolic link; name its real place in connectors.path.")
            default: throw Flaw(text: "\(path) cannot be opened: \(System.describe(-opened)).")
            }
        }
        var info = stat()
        guard fstat(opened, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
            close(opened)
            throw Flaw(text: "\(path) is not a regular file.")
        }
        descriptor = opened
        identity = Identity(
            device: UInt64(info.st_dev), inode: UInt64(info.st_ino), size: Int64(info.st_size),
            modified: Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec),
            changed: Int64(info.st_ctim.tv_sec) * 1_000_000_000 + Int64(info.st_ctim.tv_nsec))
        try Self.judge(info, path, policy)
        try Self.judgeParents(of: path, policy)
    }

    deinit { close(descriptor) }

    private static func judge(_ info: stat, _ path: String, _ policy: TrustPolicy) throws(Flaw) {
        guard policy.trusts(owner: info.st_uid) else {
            let who = policy.kind == .root ? "root" : "root or the user who runs Rollcall"
            throw Flaw(text: "\(path) belongs to user \(info.st_uid), not to \(who) (policy \(policy.kind.rawValue)).")
        }
        guard info.st_mode & 0o022 == 0 else {
            throw Flaw(text: "\(path) can be written to by group or others; take that away with chmod go-w.")
        }
    }

    /// A directory that others can write to is as good as the file, unless it is sticky and what we go through belongs
    /// to somebody trusted (which the next step checks): then others cannot replace it.
    private static func judgeParents(of path: String, _ policy: TrustPolicy) throws(Flaw) {
        var parent = path
        repeat {
            parent = Sandbox.folder(of: parent)
            var info = stat()
            guard lstat(parent, &info) == 0 else { throw Flaw(text: "\(parent) cannot be looked at.") }
            if info.st_mode & S_ISVTX != 0, policy.trusts(owner: info.st_uid) { continue }
            try judge(info, parent, policy)
        } while parent != "/"
    }

    /// All of it; `nil` where it is longer than `most` or cannot be read.
    func read(most: Int) -> [UInt8]? {
        guard identity.size <= most else { return nil }
        var out: [UInt8] = []
        let isWhole = eachChunk { out += $0 }
        return isWhole && out.count <= most ? out : nil
    }

    /// In lower-case hexadecimal.
    func sha256() -> String? {
        var hash = SHA256()
        guard eachChunk({ hash.update(bufferPointer: $0) }) else { return nil }
        return Hex.text(hash.finalize())
    }

    private func eachChunk(_ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 256 << 10, alignment: 16) { chunk in
            var offset = 0
            while true {
                let got = pread(descriptor, chunk.baseAddress, chunk.count, offset)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { return got == 0 }
                body(UnsafeRawBufferPointer(rebasing: chunk[..<got]))
                offset += got
            }
        }
    }
}

enum Hex {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
