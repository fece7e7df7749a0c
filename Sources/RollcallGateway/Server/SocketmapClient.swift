internal import CHostSystem
internal import Glibc

/// Asks a lookup service as a gateway does: one request, one reply, on a connection of its own.
package final class SocketmapClient {
    private let place: ListenPlace
    private let descriptor: Int32
    private let seconds: Int

    package init(_ place: ListenPlace, seconds: Int = 5) throws(SocketFailure) {
        self.place = place
        self.seconds = seconds
        var code: Int32 = 0
        let opened = try place.withAddresses { address, length -> Int32? in
            let descriptor = socket(
                Int32(address.pointee.sa_family), Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else {
                code = errno
                return nil
            }
            rollcall_socket_patience(descriptor, Int32(seconds) * 1000)
            guard connect(descriptor, address, length) == 0 else {
                code = errno
                close(descriptor)
                return nil
            }
            return descriptor
        }
        guard let opened else { throw SocketFailure(place, "connect", code) }
        descriptor = opened
    }

    deinit { close(descriptor) }

    /// The reply without its netstring.
    package func ask(_ request: String) throws(SocketFailure) -> [UInt8] {
        let text = Array(request.utf8)
        var bytes = Array("\(text.count):".utf8) + text
        bytes.append(UInt8(ascii: ","))
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                raw.baseAddress.map { send(descriptor, $0 + sent, raw.count - sent, Int32(MSG_NOSIGNAL)) } ?? 0
            }
            guard count > 0 else { throw SocketFailure(place, "ask", errno) }
            sent += count
        }
        return try reply()
    }

    private func reply() throws(SocketFailure) -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let colon = all.firstIndex(of: UInt8(ascii: ":")) {
                guard let length = Int(String(decoding: all[..<colon], as: UTF8.self)), length >= 0, length < 1 << 20
                else { break }
                if all.count > colon + 1 + length { return Array(all[(colon + 1)...(colon + length)]) }
            } else if all.count > 8 {
                break
            }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0 { throw SocketFailure(place, "wait for the reply", errno) }
            guard count > 0 else { break }
            all += buffer[..<count]
        }
        throw SocketFailure(place, "read the reply", "what came is no netstring")
    }
}
