internal import CHostSystem
internal import Glibc

/// The descriptors that one thread waits for.
final class Reactor {
    struct Event {
        let descriptor: Int32
        let canRead: Bool
        let canWrite: Bool
    }

    private let descriptor: Int32
    private var ready = [rollcall_ready](repeating: rollcall_ready(), count: 128)

    init?() {
        descriptor = rollcall_poller()
        if descriptor < 0 { return nil }
    }

    deinit { close(descriptor) }

    /// Waits for something to read from it, from now on until it is closed. Whether it was taken.
    func add(_ other: Int32) -> Bool { rollcall_poller_add(descriptor, other, Int32(ROLLCALL_READABLE)) == 0 }

    /// Waits for room to write, or again for something to read. A broken connection is told in either case.
    func watch(_ other: Int32, writing: Bool) {
        _ = rollcall_poller_change(
            descriptor, other, Int32(writing ? ROLLCALL_WRITABLE : ROLLCALL_READABLE))
    }

    func wait(milliseconds: Int32, _ body: (Event) -> Void) {
        let count = rollcall_poller_wait(descriptor, &ready, Int32(ready.count), milliseconds)
        guard count > 0 else { return }
        for event in ready[..<Int(count)] {
            body(
                Event(
                    descriptor: event.fd, canRead: event.what & Int32(ROLLCALL_READABLE) != 0,
                    canWrite: event.what & Int32(ROLLCALL_WRITABLE) != 0))
        }
    }
}

/// Milliseconds of a clock that nobody sets.
enum Monotonic {
    static var now: Int64 { Int64(rollcall_clock() / 1_000_000) }
    static var seconds: Double { Double(rollcall_clock()) / 1e9 }
}
