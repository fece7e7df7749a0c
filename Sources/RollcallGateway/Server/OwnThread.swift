internal import CHostSystem
internal import Glibc
internal import Synchronization

/// A thread for work that blocks or must not wait for others' turns.
///
/// Unchecked: the handle is written once, before the thread is known to anybody.
final class OwnThread: @unchecked Sendable {
    private var handle = pthread_t()
    private let isStarted: Bool

    private final class Work {
        let name: String
        let body: @Sendable () -> Void
        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let context = Unmanaged.passRetained(Work(name, body)).toOpaque()
        isStarted =
            pthread_create(
                &handle, nil,
                { raw in
                    guard let raw else { return nil }
                    let work = Unmanaged<Work>.fromOpaque(raw).takeRetainedValue()
                    rollcall_name_thread(work.name)
                    work.body()
                    return nil
                }, context) == 0
        if !isStarted { Unmanaged<Work>.fromOpaque(context).release() }
    }

    func join() { if isStarted, pthread_self() != handle { pthread_join(handle, nil) } }
}

/// Says to a thread that it is to end.
final class StopFlag: Sendable {
    private let flag = Atomic(false)
    var isSet: Bool { flag.load(ordering: .acquiring) }
    func set() { flag.store(true, ordering: .releasing) }
}

/// A thread that does its work until it is told to stop: begun once, ended once.
final class StoppableThread: Sendable {
    private let name: String
    private let isStopped = StopFlag()
    private let thread = Mutex<OwnThread?>(nil)

    init(_ name: String) { self.name = name }

    /// Does nothing where it was started before.
    func start(_ body: @escaping @Sendable (StopFlag) -> Void) {
        thread.withLock { thread in
            guard thread == nil else { return }
            thread = OwnThread(name) { [isStopped] in body(isStopped) }
        }
    }

    /// Waits for the work to end. `wake`: what it takes to have it look, where it waits for something else.
    func stop(wake: () -> Void = {}) {
        isStopped.set()
        wake()
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        thread?.join()
    }
}
