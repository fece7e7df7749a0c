internal import Glibc

/// A socket on which gateways connect, open as long as this is there.
final class Listener: Sendable {
    let place: ListenPlace
    let descriptor: Int32
    /// The port that the system chose, where 0 was asked for.
    let port: UInt16
    /// Of a socket's file: so that one is not taken away that another process has put there since.
    private let inode: UInt64

    /// Postfix may start a hundred processes at once; none shall be turned away.
    static let backlog: Int32 = 256

    init(_ place: ListenPlace) throws(SocketFailure) {
        self.place = place
        if case .unix(let path) = place { try Self.clear(path, place) }
        var code: Int32 = 0
        let opened = try place.withAddresses { address, length -> Int32? in
            let descriptor = socket(
                Int32(address.pointee.sa_family),
                Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else {
                code = errno
                return nil
            }
            var on: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
            guard bind(descriptor, address, length) == 0, Self.open(place),
                listen(descriptor, Self.backlog) == 0
            else {
                code = errno
                close(descriptor)
                return nil
            }
            return descriptor
        }
        guard let opened else { throw SocketFailure(place, "listen", code) }
        descriptor = opened
        port = Self.port(of: opened)
        var status = stat()
        if case .unix(let path) = place, stat(path, &status) == 0 {
            inode = UInt64(status.st_ino)
        } else {
            inode = 0
        }
    }

    deinit {
        close(descriptor)
        var status = stat()
        if case .unix(let path) = place, stat(path, &status) == 0, UInt64(status.st_ino) == inode { unlink(path) }
    }

    /// A socket's file that a dead process left behind is taken away; one that somebody answers on is not.
    private static func clear(_ path: String, _ place: ListenPlace) throws(SocketFailure) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw SocketFailure(place, "listen", EEXIST) }
        if let asker = try? SocketmapClient(place, seconds: 1) {
            withExtendedLifetime(asker) {}
            throw SocketFailure(place, "listen", EADDRINUSE)
        }
        unlink(path)
    }

    /// Before anybody is let in: for us and the folder's group, which is Postfix's where the folder is setgid.
    private static func open(_ place: ListenPlace) -> Bool {
        guard case .unix(let path) = place else { return true }
        return chmod(path, 0o660) == 0
    }

    private static func port(of descriptor: Int32) -> UInt16 {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard code == 0 else { return 0 }
        // The port stands at the same place in both families' forms.
        return withUnsafeBytes(of: &address) { bytes in
            UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        }
    }
}
