internal import CHostSystem
internal import Glibc
internal import RollcallCore

/// One worker process, from spawn to the last of its leftovers: its socket, its output, its end. Death is learnt by the
/// process's own descriptor, never by an end of file: whoever inherits the pipe can hold it open for ever.
final class Child {
    struct Exit {
        /// 0 where a signal ended it.
        var code: Int32
        var signal: Int32?
        /// Peak resident memory in bytes, as far as known: the kernel counts the spawning process's memory as the
        /// child's until the exec, so a peak below the host's own says nothing.
        var peak: UInt64
        var ranOutOfMemory: Bool
    }

    let socket: Int32
    let output: Int32
    let pidfd: Int32
    private let pid: pid_t
    private let group: ControlGroup?
    let folder: PrivateFolder
    private var exit: Exit?

    init(executable: String, environment: [(String, String)], memory: UInt64, folder: PrivateFolder)
        throws(ConnectorFailure)
    {
        func failure(_ doing: String, _ code: Int32) -> ConnectorFailure {
            ConnectorFailure(
                .init(.failed, text: "A worker could not be started (\(doing)): \(System.describe(-code))."),
                hint: "Look at the limits on processes and open files of the user who runs Rollcall.")
        }
        var sockets: (Int32, Int32) = (-1, -1)
        var pipes: (Int32, Int32) = (-1, -1)
        var result = withUnsafeMutablePointer(to: &sockets) {
            $0.withMemoryRebound(to: Int32.self, capacity: 2) { rollcall_socketpair($0) }
        }
        guard result == 0 else {
            folder.remove()
            throw failure("socket", result)
        }
        result = withUnsafeMutablePointer(to: &pipes) {
            $0.withMemoryRebound(to: Int32.self, capacity: 2) { rollcall_pipe($0) }
        }
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        var started: pid_t = 0
        if result == 0 {
            // Nothing of the host's own environment: no secrets, no preloads, no search paths.
            let base = [
                ("LANG", "C.UTF-8"), ("TZ", "UTC"), ("TMPDIR", folder.path), ("HOME", folder.path),
                ("SWIFT_BACKTRACE", "enable=no"),
            ]
            result = Self.spawn(executable, base + environment, null, pipes.1, sockets.1, &started)
        }
        for descriptor in [null, pipes.1, sockets.1] where descriptor >= 0 { close(descriptor) }
        let handle = result == 0 ? rollcall_pidfd_open(started) : result
        guard handle >= 0 else {
            if result == 0 {
                Glibc.kill(started, SIGKILL)
                var status: Int32 = 0
                var peak: UInt64 = 0
                _ = rollcall_reap(started, &status, &peak)
            }
            for descriptor in [pipes.0, sockets.0] where descriptor >= 0 { close(descriptor) }
            folder.remove()
            throw failure("spawn of \(executable)", handle)
        }
        HostProcess.protect()
        _ = rollcall_nonblocking(sockets.0)
        _ = rollcall_nonblocking(pipes.0)
        socket = sockets.0
        output = pipes.0
        pid = started
        pidfd = handle
        self.folder = folder
        if let made = ControlGroup(memory: memory) {
            if made.add(started) {
                group = made
            } else {
                made.remove()
                group = nil
            }
        } else {
            group = nil
        }
    }

    private static func spawn(
        _ executable: String, _ environment: [(String, String)], _ null: Int32, _ output: Int32, _ socket: Int32,
        _ pid: inout pid_t
    ) -> Int32 {
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(executable), strdup("worker"), nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.0)=\($0.1)") }
        variables.append(nil)
        defer { for each in arguments + variables { free(each) } }
        return rollcall_spawn(executable, &arguments, &variables, null, output, output, socket, &pid)
    }

    /// Bytes that the process has in memory now.
    var resident: UInt64 {
        var buffer = [UInt8](repeating: 0, count: 128)
        let descriptor = open("/proc/\(pid)/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        let got = read(descriptor, &buffer, buffer.count)
        let fields = buffer.prefix(max(got, 0)).split(separator: 0x20)
        guard fields.count > 1, let pages = UInt64(String(decoding: fields[1], as: UTF8.self)) else { return 0 }
        return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    }

    func kill() {
        _ = rollcall_pidfd_signal(pidfd, SIGKILL)
        group?.kill()
    }

    /// Waits for the end, which must be near: after `kill`, or when `pidfd` is readable.
    func reap() -> Exit {
        if let exit { return exit }
        var status: Int32 = 0
        var peak: UInt64 = 0
        // The process group still has its number while the zombie stands: kill it before the number can be reused.
        var poller = pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)
        while poll(&poller, 1, -1) < 0, errno == EINTR {}
        Glibc.kill(-pid, SIGKILL)
        group?.kill()
        sweep()
        let result = rollcall_reap(pid, &status, &peak)
        var own = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &own)
        if peak <= UInt64(own.ru_maxrss) * 1024 { peak = 0 }
        let oom = group?.ranOutOfMemory ?? false
        let end =
            result != 0
            ? Exit(code: -1, signal: nil, peak: peak, ranOutOfMemory: oom)
            : Exit(
                code: status < 256 ? status : 0, signal: status >= 256 ? status - 256 : nil, peak: peak,
                ranOutOfMemory: oom)
        exit = end
        return end
    }

    /// Ends what left the process group, where no control group did: whatever still carries the name of the private
    /// folder in its environment.
    private func sweep() {
        guard group == nil, let directory = opendir("/proc") else { return }
        defer { closedir(directory) }
        let mark = Array("TMPDIR=\(folder.path)".utf8)
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let other = pid_t(name), other != pid, other != getpid() else { continue }
            let descriptor = open("/proc/\(name)/environ", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let got = read(descriptor, &buffer, buffer.count)
            close(descriptor)
            if buffer.prefix(max(got, 0)).split(separator: 0).contains(where: { $0.elementsEqual(mark) }) {
                Glibc.kill(other, SIGKILL)
            }
        }
    }

    /// Ends and removes all that is left. Idempotent.
    func finish() {
        guard !isFinished else { return }
        isFinished = true
        if exit == nil {
            kill()
            _ = reap()
        }
        group?.remove()
        folder.remove()
        for descriptor in [socket, output, pidfd] { close(descriptor) }
    }
    private var isFinished = false

    deinit { finish() }
}
