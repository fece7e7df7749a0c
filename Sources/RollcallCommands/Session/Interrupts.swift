internal import Glibc
internal import Synchronization

/// SIGINT and SIGTERM while a run is at work: the first asks it to stop, which leaves the last good edition in force; the
/// second ends the program at once, which is as safe and less polite. A handler may do next to nothing, so it writes a
/// byte to a pipe, and a thread does the rest. Unlike a blocked signal, this is not handed on to child processes.
enum Interrupts {
    /// The pipe's writing end, for the handler.
    private static let writing = Atomic<Int32>(-1)
    private static let action = Mutex<(@Sendable () -> Void)?>(nil)

    static func during<T>(_ stop: @escaping @Sendable () -> Void, _ body: () throws -> T) rethrows -> T {
        action.withLock { $0 = stop }
        begin()
        defer { action.withLock { $0 = nil } }
        return try body()
    }

    private static func begin() {
        guard writing.load(ordering: .relaxed) < 0 else { return }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        writing.store(ends[1], ordering: .relaxed)
        let reading = ends[0]
        var thread = pthread_t()
        let context = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
        context.initialize(to: reading)
        let started = pthread_create(
            &thread, nil,
            { raw in
                guard let raw else { return nil }
                let descriptor = raw.assumingMemoryBound(to: Int32.self).pointee
                raw.deallocate()
                Interrupts.wait(descriptor)
                return nil
            }, context)
        guard started == 0 else { return }
        pthread_detach(thread)
        for number in [SIGINT, SIGTERM] {
            signal(number) { _ in
                var byte: UInt8 = 0
                _ = write(Interrupts.writing.load(ordering: .relaxed), &byte, 1)
            }
        }
    }

    private static func wait(_ descriptor: Int32) {
        var byte: UInt8 = 0
        var count = 0
        while read(descriptor, &byte, 1) == 1 {
            count += 1
            let stop = action.withLock { $0 }
            guard count == 1, let stop else { _exit(130) }
            Console().note("Stopping; once more to end at once.")
            stop()
        }
    }
}
