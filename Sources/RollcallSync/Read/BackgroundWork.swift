internal import Dispatch
internal import Synchronization

/// One piece of blocking work at a time on a thread of its own, and its error for whoever waits for it.
final class BackgroundWork: Sendable {
    private let queue = DispatchQueue(label: "rollcall.background")
    private let group = DispatchGroup()
    private let failure = Mutex<(any Error)?>(nil)

    func start(_ work: @escaping @Sendable () throws -> Void) {
        queue.async(group: group) {
            do { try work() } catch { self.failure.withLock { $0 = error } }
        }
    }

    /// Waits for the work to end.
    func settle() { group.wait() }

    /// Waits for the work to end; throws its error, once.
    func wait() throws {
        group.wait()
        let error = failure.withLock { failure in
            defer { failure = nil }
            return failure
        }
        if let error { throw error }
    }
}
