import Glibc
import RollcallGateway
import TestSupport

/// A client that can do all that a bad one does: halves of requests, no reading, closing one side.
final class Wire: Sendable {
    let descriptor: Int32

    init(port: UInt16, receiveBuffer: Int32? = nil) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        setPatience(descriptor, milliseconds: 5000)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = port.bigEndian
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    deinit { close(descriptor) }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Int { send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    @discardableResult
    func write(_ text: String) -> Int { write(Array(text.utf8)) }

    func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// What comes next; empty at the end, or after five seconds.
    func read(_ most: Int = 65_536) -> String {
        var buffer = [UInt8](repeating: 0, count: most)
        let count = recv(descriptor, &buffer, most, 0)
        return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    }

    /// Everything until the other side closes.
    func readAll() -> String {
        var all = ""
        while true {
            let more = read()
            if more.isEmpty { return all }
            all += more
        }
    }

    /// Until so many bytes have come.
    func read(atLeast count: Int) -> String {
        var all = ""
        while all.utf8.count < count {
            let more = read()
            if more.isEmpty { break }
            all += more
        }
        return all
    }

    func ask(_ request: String) -> String {
        write(Self.netstring(request))
        return read()
    }

    static func netstring(_ text: String) -> String { "\(text.utf8.count):\(text)," }
}

/// A lookup service over the sample's books.
final class TestService {
    let server: SocketmapServer
    let books: CurrentBooks
    let counts = LookupCounts()

    init(_ snapshots: [Snapshot]? = nil, limits: ServerLimits = ServerLimits()) throws {
        books = CurrentBooks(Books(try snapshots ?? [Sample.snapshot()]))
        server = try SocketmapServer(
            [.tcp(host: "127.0.0.1", port: 0)], books: books, limits: limits, counts: counts)
        try server.start()
    }

    deinit { server.stop() }

    var port: UInt16 {
        guard case .tcp(_, let port)? = server.places.first else { return 0 }
        return port
    }

    func wire(receiveBuffer: Int32? = nil) -> Wire { Wire(port: port, receiveBuffer: receiveBuffer) }
}
