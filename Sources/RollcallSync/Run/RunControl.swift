internal import RollcallConnectors
internal import Synchronization

/// Stops a run from another thread or a signal: while it reads, the worker is told; once it applies, it finishes.
package final class RunControl: Sendable {
    private struct State {
        var isCancelled = false
        var worker: Cancellable?
    }

    /// Unchecked: of the worker only `cancel` is called, which any thread may.
    private struct Cancellable: @unchecked Sendable {
        let worker: Worker
    }

    private let state = Mutex(State())

    package init() {}

    package func cancel() {
        let worker = state.withLock { state -> Cancellable? in
            state.isCancelled = true
            return state.worker
        }
        worker?.worker.cancel()
    }

    package var isCancelled: Bool { state.withLock { $0.isCancelled } }

    func attach(_ worker: Worker) {
        let cancellable = Cancellable(worker: worker)
        let isCancelled = state.withLock { state -> Bool in
            state.worker = cancellable
            return state.isCancelled
        }
        if isCancelled { worker.cancel() }
    }

    func detach() { state.withLock { $0.worker = nil } }
}
