internal import Dispatch
internal import Synchronization

/// At most two passwords are hashed at a time, for each takes 128 MiB; a few more may wait; the rest is told to come
/// back. So no flood of sign-ins can take the memory that syncs need.
package final class HashGate: Sendable {
    private let slots = DispatchSemaphore(value: 2)
    private let waiting = Mutex(0)
    private let most = 18

    package init() {}

    package func pass<T>(_ body: () throws -> T) throws -> T {
        let isFull = waiting.withLock { count -> Bool in
            guard count < most else { return true }
            count += 1
            return false
        }
        guard !isFull else {
            throw WebFailure(
                429, "Too many people are signing in just now.", hint: "Try again in a moment.", retryAfter: 2)
        }
        defer { waiting.withLock { $0 -= 1 } }
        slots.wait()
        defer { slots.signal() }
        return try body()
    }
}
