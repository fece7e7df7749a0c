internal import CHostSystem
internal import Glibc
internal import RollcallCore

/// Hands a message to a program that takes mail as sendmail does (`sendmail -i -f SENDER -- RECIPIENT…`): started
/// directly, without a shell, with the message as its standard input and nothing of our environment.
struct SendmailSender {
    let path: String
    let seconds: Int

    private static let tryLater: Int32 = 75
    private static let forGood: ClosedRange<Int32> = 64...68

    func send(_ message: MailMessage) -> Delivery {
        let recipients = message.to.map(\.text)
        func later(_ why: String) -> Delivery { Delivery(recipients, .later("\(path): \(why)"), isAway: true) }
        // A file, not a pipe: a program that does not read cannot hold us up.
        guard let input = Self.file(message.bytes) else { return later("there is no room for the message") }
        defer { close(input) }
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard nothing >= 0 else { return later("/dev/null cannot be opened") }
        defer { close(nothing) }
        let words = [path, "-i", "-f", message.from.text, "--"] + recipients
        var pid: pid_t = 0
        let started = Self.withCStrings(words) { argv in
            Self.withCStrings(["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"]) { environment in
                rollcall_spawn(path, argv, environment, input, nothing, nothing, nothing, &pid)
            }
        }
        guard started == 0 else { return later("it cannot be started: \(String(cString: strerror(-started)))") }
        switch Self.wait(pid, seconds) {
        case 0: return Delivery(recipients, .taken)
        case let status? where Self.forGood.contains(status):
            return Delivery(recipients, .refused("\(path) refuses it, exit code \(status)"))
        case let status?: return later("it failed, exit code \(status)")
        case nil: return later("it did not end in \(seconds) seconds")
        }
    }

    private static func file(_ bytes: [UInt8]) -> Int32? {
        let fd = rollcall_memory_file()
        guard fd >= 0 else { return nil }
        // Programs that take mail this way expect lines as this system ends them.
        let text = bytes.filter { $0 != 0x0D }
        var done = 0
        while done < text.count {
            let written = text.withUnsafeBytes { write(fd, $0.baseAddress.map { $0 + done }, text.count - done) }
            guard written > 0 else {
                close(fd)
                return nil
            }
            done += written
        }
        lseek(fd, 0, SEEK_SET)
        return fd
    }

    /// The exit code; `nil` where it had to be ended.
    private static func wait(_ pid: pid_t, _ seconds: Int) -> Int32? {
        let pidfd = rollcall_pidfd_open(pid)
        guard pidfd >= 0 else { return nil }
        defer { close(pidfd) }
        var ended = pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)
        let isOver = poll(&ended, 1, Int32(seconds * 1000)) > 0
        if !isOver { _ = rollcall_pidfd_signal(pidfd, SIGKILL) }
        var status: Int32 = 0
        var peak: UInt64 = 0
        guard rollcall_reap(pid, &status, &peak) == 0, isOver else { return nil }
        return status
    }

    private static func withCStrings<T>(
        _ words: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> T
    ) -> T {
        let copies = words.map { strdup($0) } + [nil]
        defer { for copy in copies { free(copy) } }
        return copies.withUnsafeBufferPointer { buffer in
            var none: UnsafeMutablePointer<CChar>?
            guard let base = buffer.baseAddress else { return body(&none) }
            return body(base)
        }
    }
}
