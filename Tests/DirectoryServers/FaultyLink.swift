/// Stands between a client and a server, and does what networks do: cuts, stalls, garbles, slows. Also a server of its
/// own that accepts and never says a word.
internal import Foundation
internal import Glibc
internal import Synchronization
package import TestSupport

package final class FaultyLink: Sendable {
    package enum Fault: Sendable {
        case none
        /// Accepts, and nothing more.
        case silent
        /// After so many bytes from the server: closes, resets, goes silent, sends other bytes.
        case close(after: Int), reset(after: Int), stall(after: Int), garble(after: Int)
        /// So many bytes at a time, with a pause between.
        case slow(bytes: Int, milliseconds: Int)
        /// Answers a request for StartTLS as one who wants the client to go on without.
        case stripStartTLS
    }

    package let port: Int
    private let listener: Int32
    private let server: Int
    private let fault: Fault
    /// What clients have sent, all together.
    private let heard = Mutex<[UInt8]>([])
    private let open = Mutex<[Int32]>([])

    package var received: [UInt8] { heard.withLock { $0 } }

    package init(_ fixture: Fixture, to server: Int, _ fault: Fault) throws {
        self.server = server
        self.fault = fault
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        port = try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard bind(listener, pointer, size) == 0, listen(listener, 8) == 0,
                    getsockname(listener, pointer, &size) == 0
                else { throw Shell.Failure(description: "no port for a faulty link") }
                return Int(UInt16(bigEndian: UnsafeRawPointer(pointer).load(as: sockaddr_in.self).sin_port))
            }
        }
        Thread.detachNewThread { self.accepting() }
        fixture.defer {
            shutdown(listener, Int32(SHUT_RDWR))
            close(listener)
            self.open.withLock { all in for each in all { shutdown(each, Int32(SHUT_RDWR)) } }
        }
    }

    private func accepting() {
        while true {
            let client = accept(listener, nil, nil)
            if client < 0 { return }
            open.withLock { $0.append(client) }
            switch fault {
            case .silent: Thread.detachNewThread { self.drain(client) }
            case .stripStartTLS: Thread.detachNewThread { self.refuseStartTLS(client) }
            default: connect(client)
            }
        }
    }

    private func drain(_ client: Int32) {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(client, &bytes, bytes.count)
            if count <= 0 { return }
            heard.withLock { $0 += bytes.prefix(count) }
        }
    }

    /// Result 2 (protocolError), as one who has cut the extension out.
    private func refuseStartTLS(_ client: Int32) {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(client, &bytes, bytes.count)
            if count <= 0 { return }
            heard.withLock { $0 += bytes.prefix(count) }
            let id = count > 4 ? bytes[4] : 1
            let answer: [UInt8] = [0x30, 0x0C, 0x02, 0x01, id, 0x78, 0x07, 0x0A, 0x01, 0x02, 0x04, 0x00, 0x04, 0x00]
            _ = send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
        }
    }

    private func connect(_ client: Int32) {
        let upstream = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = UInt16(server).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(upstream, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return forget(client) }
        open.withLock { $0.append(upstream) }
        Thread.detachNewThread { self.pump(client, upstream) }
        Thread.detachNewThread { self.faulty(upstream, client) }
    }

    /// Closes a socket now: its number may be another's when the test ends.
    private func forget(_ descriptor: Int32) {
        open.withLock { $0.removeAll { $0 == descriptor } }
        close(descriptor)
    }

    private func pump(_ from: Int32, _ to: Int32) {
        var bytes = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = read(from, &bytes, bytes.count)
            if count <= 0 { return _ = shutdown(to, Int32(SHUT_WR)) }
            heard.withLock { $0 += bytes.prefix(count) }
            if send(to, bytes, count, Int32(MSG_NOSIGNAL)) <= 0 { return }
        }
    }

    private func faulty(_ upstream: Int32, _ client: Int32) {
        var bytes = [UInt8](repeating: 0, count: 16384)
        var total = 0
        while true {
            var count = read(upstream, &bytes, bytes.count)
            if count <= 0 { return _ = shutdown(client, Int32(SHUT_WR)) }
            let before = total
            total += count
            switch fault {
            case .close(let limit) where total > limit:
                _ = send(client, bytes, max(0, limit - before), Int32(MSG_NOSIGNAL))
                shutdown(client, Int32(SHUT_RDWR))
                return
            case .reset(let limit) where total > limit:
                _ = send(client, bytes, max(0, limit - before), Int32(MSG_NOSIGNAL))
                var hard = linger(l_onoff: 1, l_linger: 0)
                setsockopt(client, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
                forget(client)
                return
            case .stall(let limit) where total > limit:
                _ = send(client, bytes, max(0, limit - before), Int32(MSG_NOSIGNAL))
                return
            case .garble(let limit) where total > limit:
                for index in max(0, limit - before)..<count {
                    bytes[index] = UInt8(truncatingIfNeeded: index &* 37 ^ 0xA5)
                }
            case .slow(let size, let pause):
                var at = 0
                while at < count {
                    let piece = min(size, count - at)
                    let sent = bytes.withUnsafeBytes {
                        send(client, $0.baseAddress?.advanced(by: at), piece, Int32(MSG_NOSIGNAL))
                    }
                    if sent <= 0 { return }
                    at += piece
                    usleep(UInt32(pause * 1000))
                }
                count = 0
            default: break
            }
            if count > 0, send(client, bytes, count, Int32(MSG_NOSIGNAL)) <= 0 { return }
        }
    }
}
