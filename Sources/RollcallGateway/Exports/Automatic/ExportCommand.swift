internal import CHostSystem
internal import Glibc

/// Runs what is to be run after an export: `postmap`, `postfix reload`, a copy to other hosts. No shell, a small
/// environment, the end after a minute with all that it has started, its last words kept.
enum ExportCommand {
    struct Outcome: Sendable, Equatable {
        /// A sentence, if it did not end well.
        var problem: String?
        var output: String
    }

    static func run(_ words: [String], file: String, seconds: Double = 60) -> Outcome {
        var pair: [Int32] = [0, 0]
        guard rollcall_pipe(&pair) == 0 else { return Outcome(problem: "There are no descriptors left.", output: "") }
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { for descriptor in [pair[0], null] where descriptor >= 0 { close(descriptor) } }
        _ = rollcall_nonblocking(pair[0])
        let environment = [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8",
            "ROLLCALL_FILE=\(file)",
        ]
        var pid: pid_t = 0
        let code = withStrings(words) { arguments in
            withStrings(environment) { rollcall_spawn(words[0], arguments, $0, null, pair[1], pair[1], null, &pid) }
        }
        close(pair[1])
        guard code == 0 else {
            return Outcome(problem: "\(words[0]) cannot be started: \(AtomicFile.reason(-code)).", output: "")
        }
        return wait(pid, words[0], pair[0], seconds)
    }

    private static func wait(_ pid: pid_t, _ name: String, _ output: Int32, _ seconds: Double) -> Outcome {
        let process = rollcall_pidfd_open(pid)
        defer { if process >= 0 { close(process) } }
        var text: [UInt8] = []
        let end = Monotonic.seconds + seconds
        var isLate = false
        while true {
            var watched = [
                pollfd(fd: output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: process, events: Int16(POLLIN), revents: 0),
            ]
            let left = max(0, end - Monotonic.seconds)
            _ = poll(&watched, 2, Int32(min(left, 1) * 1000) + 1)
            drain(output, into: &text)
            // The end is the process's, not the pipe's: what it left behind may hold that open for ever.
            if watched[1].revents != 0 { break }
            // A closed pipe would wake the loop at once, for ever.
            if watched[0].revents & Int16(POLLHUP) != 0 { usleep(10_000) }
            if !isLate, left == 0 {
                isLate = true
                kill(-pid, SIGKILL)
            }
        }
        drain(output, into: &text)
        var status: Int32 = 0
        var peak: UInt64 = 0
        _ = rollcall_reap(pid, &status, &peak)
        let said = String(decoding: text.suffix(2000), as: UTF8.self)
        let problem: String? =
            isLate
            ? "\(name) was ended after \(Int(seconds)) s."
            : status == 0
                ? nil : status > 255 ? "\(name) was ended by signal \(status - 256)." : "\(name) exited with \(status)."
        return Outcome(problem: problem, output: said)
    }

    private static func drain(_ descriptor: Int32, into text: inout [UInt8]) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return }
            text.append(contentsOf: buffer[..<count])
            if text.count > 8192 { text.removeFirst(text.count - 4096) }
        }
    }

    private static func withStrings<T>(_ words: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> T) -> T {
        let copies = words.map { strdup($0) } + [nil]
        defer { for copy in copies { free(copy) } }
        return body(copies)
    }
}
