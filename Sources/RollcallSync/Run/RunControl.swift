internal import RollcallConnectors
internal import Synchronization

/// Stops a run from another thread or a signal: while it reads, the worker is told; once it applies, it finishes.
package final class RunControl: Sendable {
    private struct State {
        var isCancelled = false
        var isStopping = false
        var refusedWait: UInt64?
        var worker: Cancellable?
    }

    /// Unchecked: of the worker only `cancel` is called, which any thread may.
    private struct Cancellable: @unchecked Sendable {
        let worker: Worker
    }

    private let state = Mutex(State())

    package init() {}

    /// - `stopping`: not the run is to end but the program, so its slot is still to be served.
    package func cancel(stopping: Bool = false) {
        let worker = state.withLock { state -> Cancellable? in
            if !state.isCancelled { state.isStopping = stopping }
            state.isCancelled = true
            return state.worker
        }
        worker?.worker.cancel()
    }

    package var isCancelled: Bool { state.withLock { $0.isCancelled } }
    var isStopping: Bool { state.withLock { $0.isStopping } }
    /// Seconds that the directory asked to be left alone for, where that was too long to wait.
    var refusedWait: Int64? { state.withLock { $0.refusedWait.map { Int64(clamping: $0 / 1000) } } }

    func attach(_ worker: Worker) {
        let cancellable = Cancellable(worker: worker)
        let isCancelled = state.withLock { state -> Bool in
            state.worker = cancellable
            return state.isCancelled
        }
        if isCancelled { worker.cancel() }
    }

    func detach() {
        state.withLock { state in
            state.refusedWait = state.worker?.worker.refusedWait
            state.worker = nil
        }
    }
}
