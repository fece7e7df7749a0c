internal import Foundation

/// Threads for work that blocks: the store, passwords, connectors. The event loops hand every request over to them, and
/// go on serving the others. A fixed number, so that a flood waits in a queue and not in memory and threads.
final class BlockingPool: Sendable {
    /// Unchecked: NSCondition is a lock itself, and guards the queue beside it.
    private final class Shared: @unchecked Sendable {
        let condition = NSCondition()
        var queue: [@Sendable () -> Void] = []
        var isStopped = false
    }

    private let shared = Shared()
    private let most: Int

    init(threads: Int, most: Int = 512) {
        self.most = most
        for number in 0..<threads {
            let thread = Thread { [shared] in Self.work(shared) }
            thread.name = "pool-\(number)"
            thread.stackSize = 2 << 20
            thread.start()
        }
    }

    deinit {
        shared.condition.lock()
        shared.isStopped = true
        shared.condition.broadcast()
        shared.condition.unlock()
    }

    /// Runs the body on a thread of the pool; `nil` where too many wait already.
    func run<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T? {
        await withCheckedContinuation { (continuation: CheckedContinuation<T?, Never>) in
            shared.condition.lock()
            let isFull = shared.queue.count >= most
            if !isFull { shared.queue.append { continuation.resume(returning: body()) } }
            shared.condition.signal()
            shared.condition.unlock()
            if isFull { continuation.resume(returning: nil) }
        }
    }

    private static func work(_ shared: Shared) {
        while true {
            shared.condition.lock()
            while shared.queue.isEmpty, !shared.isStopped { shared.condition.wait() }
            guard !shared.queue.isEmpty else {
                shared.condition.unlock()
                return
            }
            let job = shared.queue.removeFirst()
            shared.condition.unlock()
            job()
        }
    }
}
