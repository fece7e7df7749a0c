internal import Glibc

/// A control group (version 2) of one worker, where the system lets us make one: it bounds memory and processes, and
/// ends all that the worker left behind, whatever it did to hide. Elsewhere rlimits and the process group have to do.
struct ControlGroup {
    private let path: String

    /// `nil` where no group can be made.
    init?(memory: UInt64) {
        guard let parent = Self.own() else { return nil }
        _ = Self.isSwept
        path = parent + "/" + Self.name()
        guard mkdir(path, 0o755) == 0 else { return nil }
        // The controllers are there only if the parent hands them down; killing works without any.
        _ = Self.put(path + "/memory.max", String(memory))
        _ = Self.put(path + "/memory.swap.max", "0")
        _ = Self.put(path + "/pids.max", "64")
        _ = Self.put(path + "/cpu.weight", "50")
    }

    /// Once a process: groups that a killed host left behind. One with a living worker in it cannot be removed, one
    /// that is younger than a minute may be waiting for its own.
    private static let isSwept: Bool = {
        guard let parent = own() else { return false }
        for path in Stale.paths(in: parent) { rmdir(path) }
        return true
    }()

    /// Moves a process in; `false` where the system refuses.
    func add(_ process: pid_t) -> Bool { Self.put(path + "/cgroup.procs", String(process)) }

    /// Whether its memory limit has ended a process.
    var ranOutOfMemory: Bool {
        Self.get(path + "/memory.events").split(separator: "\n").contains {
            $0.hasPrefix("oom_kill ") && $0 != "oom_kill 0"
        }
    }

    func kill() { _ = Self.put(path + "/cgroup.kill", "1") }

    /// Empty groups only can be removed; the dying take a moment.
    func remove() {
        for _ in 0..<200 {
            if rmdir(path) == 0 || errno != EBUSY { return }
            kill()
            usleep(5_000)
        }
    }

    private static func name() -> String {
        "rollcall-worker-" + String(UInt64.random(in: .min ... .max), radix: 16)
    }

    /// This process's own group in the unified tree.
    private static func own() -> String? {
        let line = get("/proc/self/cgroup").split(separator: "\n").first { $0.hasPrefix("0::") }
        guard let line else { return nil }
        let mount = get("/proc/self/mounts").split(separator: "\n").lazy
            .map { $0.split(separator: " ") }.first { $0.count > 2 && $0[2] == "cgroup2" }
        guard let mount else { return nil }
        let group = line.dropFirst(3)
        return String(mount[1]) + (group == "/" ? "" : group)
    }

    private static func put(_ file: String, _ text: String) -> Bool {
        let descriptor = open(file, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return write(descriptor, text, text.utf8.count) == text.utf8.count
    }

    private static func get(_ file: String) -> String {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var out: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let got = read(descriptor, &buffer, buffer.count)
            guard got > 0, out.count < 1 << 20 else { return String(decoding: out, as: UTF8.self) }
            out += buffer.prefix(got)
        }
    }
}
