internal import Glibc
internal import Synchronization

/// SIGTERM and SIGINT (stop), SIGHUP (reload) while the program serves. A handler may do next to nothing, so it writes
/// the signal's number to a pipe, and a thread does the rest.
enum ServeSignals {
    private static let writing = Atomic<Int32>(-1)

    static func watch(_ action: @escaping @Sendable (Int32) -> Void) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        writing.store(ends[1], ordering: .relaxed)
        let reading = ends[0]
        BackgroundThread.start("signals") {
            var number: UInt8 = 0
            while true {
                let count = read(reading, &number, 1)
                if count == 1 { action(Int32(number)) }
                if count == 0 || (count < 0 && errno != EINTR) { return }
            }
        }
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { number in
                var byte = UInt8(truncatingIfNeeded: number)
                _ = write(ServeSignals.writing.load(ordering: .relaxed), &byte, 1)
            }
        }
    }
}
