internal import Glibc

/// Where gateways ask: `HOST:PORT` or `unix:PATH`.
package enum ListenPlace: Sendable, Equatable, CustomStringConvertible {
    case tcp(host: String, port: UInt16)
    case unix(path: String)

    package init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            // The system's limit for a socket's path, with the zero behind it.
            guard !path.isEmpty, path.utf8.count < 108, !path.utf8.contains(0) else { return nil }
            self = .unix(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty else { return nil }
        self = .tcp(host: host, port: port)
    }

    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// Whether others can be told of it: port 0 is the system's choice.
    package var canBeNamed: Bool {
        if case .tcp(_, 0) = self { return false }
        return true
    }

    /// Whether only this machine can ask there. The protocol knows no passwords.
    package var isLocal: Bool {
        switch self {
        case .tcp(let host, _): host == "localhost" || host == "::1" || host.hasPrefix("127.")
        case .unix: true
        }
    }

    /// The system's forms of it, in the order in which they are to be tried.
    func withAddresses<T>(_ body: (UnsafePointer<sockaddr>, socklen_t) throws -> T?) throws(SocketFailure) -> T? {
        switch self {
        case .unix(let path):
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            let size = socklen_t(MemoryLayout<sockaddr_un>.size)
            return withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { try? body($0, size) }
            }
        case .tcp(let host, let port):
            var hints = addrinfo()
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            hints.ai_flags = AI_NUMERICSERV
            var list: UnsafeMutablePointer<addrinfo>?
            let code = getaddrinfo(host, String(port), &hints, &list)
            guard code == 0 else { throw SocketFailure(self, "look up", String(cString: gai_strerror(code))) }
            defer { freeaddrinfo(list) }
            var next = list
            while let info = next {
                if let result = try? body(info.pointee.ai_addr, info.pointee.ai_addrlen) { return result }
                next = info.pointee.ai_next
            }
            return nil
        }
    }
}

/// A socket that cannot be listened on or asked.
package struct SocketFailure: Error, Sendable, CustomStringConvertible {
    package let place: ListenPlace
    package let doing: String
    package let reason: String

    init(_ place: ListenPlace, _ doing: String, _ reason: String) {
        self.place = place
        self.doing = doing
        self.reason = reason
    }

    init(_ place: ListenPlace, _ doing: String, _ code: Int32) {
        self.init(place, doing, String(cString: strerror(code)))
    }

    /// What answers there is something else.
    package init(unexpected reply: String, from place: ListenPlace) {
        self.init(place, "ask", "this is no lookup service of Rollcall, it says \"\(reply.prefix(80))\"")
    }

    package var description: String { "\(place): \(doing): \(reason)" }
}
