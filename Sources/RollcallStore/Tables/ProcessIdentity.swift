internal import Glibc

/// Which process did something, told so that a later process with the same number is not taken for it: machine, boot,
/// number and the moment of its start.
package struct ProcessIdentity: Hashable, Sendable {
    package var host: String
    /// The boot, and the namespace in which the number counts.
    package var boot: String
    package var pid: Int32
    package var start: Int64

    package init(host: String, boot: String, pid: Int32, start: Int64) {
        self.host = host
        self.boot = boot
        self.pid = pid
        self.start = start
    }

    package static let current = ProcessIdentity(
        host: hostName(), boot: bootName(), pid: getpid(), start: startTime(of: getpid()) ?? 0)

    package enum Life: Sendable { case alive, dead, unknown }

    /// `unknown` for a process of another machine, or of a namespace that cannot be looked into from here.
    package var life: Life {
        let here = Self.current
        guard host == here.host else { return .unknown }
        guard boot == here.boot else {
            let sameBoot = boot.split(separator: "/").first == here.boot.split(separator: "/").first
            return sameBoot ? .unknown : .dead
        }
        guard let start = Self.startTime(of: pid) else { return .dead }
        return start == self.start ? .alive : .dead
    }

    private static func hostName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func bootName() -> String {
        let boot = StoreHolders.text(of: "/proc/sys/kernel/random/boot_id").prefix { $0 != "\n" }
        var space = [CChar](repeating: 0, count: 64)
        let count = readlink("/proc/self/ns/pid", &space, space.count)
        let name = space.prefix(max(0, count)).map(UInt8.init(bitPattern:))
        return "\(boot)/\(String(decoding: name, as: UTF8.self))"
    }

    /// Field 22 of `/proc/PID/stat`; the name in field 2 may hold anything, so fields count from its last bracket. A
    /// zombie has ended.
    private static func startTime(of pid: Int32) -> Int64? {
        let text = StoreHolders.text(of: "/proc/\(pid)/stat")
        guard let bracket = text.utf8.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = text[bracket...].split(separator: " ")
        guard fields.count > 20, fields[1] != "Z", fields[1] != "X" else { return nil }
        return Int64(fields[20])
    }
}
