internal import Dispatch
internal import Glibc
internal import RollcallCore

/// Tells the service manager how the service is: a datagram to the socket that it named, which is all that sd_notify
/// does. Without one nothing is said. Nothing here can fail the service.
struct ServiceManager: Sendable {
    private let address: [UInt8]?
    /// How often the watchdog wants to hear from the service; `nil`: there is none.
    let watchdogSeconds: Double?

    init(environment name: (String) -> String? = { getenv($0).map { String(cString: $0) } }) {
        address = name("NOTIFY_SOCKET").flatMap(Self.address)
        let isOurs = name("WATCHDOG_PID").map { $0 == String(getpid()) } ?? true
        watchdogSeconds = isOurs ? name("WATCHDOG_USEC").flatMap { Double($0) }.map { $0 / 2_000_000 } : nil
    }

    func ready(_ status: String) { say("READY=1\nSTATUS=\(line(status))") }

    /// `ready` follows. The manager wants to know that this message is of this reload.
    func reloading() {
        say("RELOADING=1\nMONOTONIC_USEC=\(DispatchTime.now().uptimeNanoseconds / 1000)")
    }

    func status(_ text: String) { say("STATUS=\(line(text))") }
    func stopping(_ status: String) { say("STOPPING=1\nSTATUS=\(line(status))") }
    func alive() { say("WATCHDOG=1") }

    private func line(_ text: String) -> String { SecretRegistry.shared.redact(shown(text)) }

    /// A path, or with `@` a name without one.
    private static func address(_ text: String) -> [UInt8]? {
        var bytes = Array(text.utf8)
        guard bytes.count > 1, bytes.count < 108, [0x2F, 0x40].contains(bytes[0]) else { return nil }
        if bytes[0] == 0x40 { bytes[0] = 0 }
        return bytes
    }

    private func say(_ message: String) {
        guard let address else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: address) }
        let length = MemoryLayout<sockaddr_un>.offset(of: \.sun_path).map { $0 + address.count } ?? 0
        let bytes = Array(message.utf8)
        _ = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, socklen_t(length))
            }
        }
    }
}
