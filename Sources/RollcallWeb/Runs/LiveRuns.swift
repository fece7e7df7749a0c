internal import Dispatch
internal import Foundation
internal import Logging
internal import RollcallConnectors
package import RollcallCore
package import RollcallSync
internal import Synchronization

/// The runs that were started from here. Each has a thread of its own, so that a browser that is closed stops nothing,
/// and says how far it is to whoever looks.
package final class LiveRuns: Sendable {
    package struct Progress: Codable, Sendable, Equatable {
        package var phase = "starting"
        package var done: UInt64 = 0
        package var total: UInt64 = 0
        package var waitingSeconds: UInt64 = 0
    }

    private struct State {
        var progress: [String: Progress] = [:]
        var controls: [String: RunControl] = [:]
        var count = 0
        var isStopping = false
    }

    private let service: SyncService
    private let state = Mutex(State())
    private static let most = 16

    init(_ service: SyncService) { self.service = service }

    func progress(_ run: String) -> Progress? { state.withLock { $0.progress[run] } }

    package var count: Int { state.withLock { $0.count } }

    /// Starts it; answers the run once it is in the history, or why it could not begin.
    func start(
        _ name: SourceName, kind: RunKind, isFull: Bool, by person: String, slot: Slots.Slot? = nil
    ) throws -> RunSummary {
        var options = SyncService.RunOptions(startedBy: person)
        options.slot = slot
        options.kind = kind
        options.isFull = isFull
        let isFree = state.withLock { state -> Bool in
            guard state.count < Self.most, !state.isStopping else { return false }
            state.count += 1
            return true
        }
        guard isFree else {
            throw WebFailure(
                503, "\(Self.most) runs are at work already.", hint: "Try again when one has ended.", retryAfter: 30)
        }
        let watch = Watch(self, options.control)
        let (service, fixed) = (service, options)
        let thread = Thread {
            do {
                watch.ended(try service.run(name, fixed, observer: watch))
            } catch {
                watch.failed(error)
            }
        }
        thread.name = "run"
        thread.stackSize = 8 << 20
        thread.start()
        return try watch.begun()
    }

    /// Begins no more, and asks all of them to stop: one that still reads is cancelled, one that applies is finished.
    package func stop() {
        let controls = state.withLock { state in
            state.isStopping = true
            return Array(state.controls.values)
        }
        for control in controls { control.cancel(stopping: true) }
    }

    fileprivate func update(_ run: String, _ change: (inout Progress) -> Void) {
        state.withLock { state in
            guard var progress = state.progress[run] else { return }
            change(&progress)
            state.progress[run] = progress
        }
    }

    fileprivate func add(_ run: String, _ control: RunControl) {
        let isStopping = state.withLock { state in
            state.progress[run] = Progress()
            state.controls[run] = control
            return state.isStopping
        }
        if isStopping { control.cancel(stopping: true) }
    }

    fileprivate func end(_ run: String?) {
        state.withLock { state in
            state.count -= 1
            guard let run else { return }
            state.progress[run] = nil
            state.controls[run] = nil
        }
    }
}

/// Watches one run, on its thread, and lets the request that started it know that it has begun.
private final class Watch: RunObserver, Sendable {
    private let live: LiveRuns
    private let control: RunControl
    private let start = DispatchSemaphore(value: 0)
    private let beginning = Mutex<Result<RunSummary, any Error>?>(nil)

    init(_ live: LiveRuns, _ control: RunControl) {
        self.live = live
        self.control = control
    }

    private var id: String? { beginning.withLock { try? $0?.get().id } }

    func begun() throws -> RunSummary {
        start.wait()
        guard let result = beginning.withLock({ $0 }) else { throw WebFailure(500, "The run did not begin.") }
        return try result.get()
    }

    func began(_ run: RunSummary) {
        live.add(run.id, control)
        beginning.withLock { $0 = .success(run) }
        start.signal()
    }

    func phase(_ phase: RunPhase) { update { $0 = .init(phase: phase.rawValue) } }

    func progress(done: UInt64, total: UInt64) {
        update {
            $0.done = done
            $0.total = total
            $0.waitingSeconds = 0
        }
    }

    func waiting(milliseconds: UInt64) { update { $0.waitingSeconds = (milliseconds + 999) / 1000 } }

    func log(level: LogLevel, line: String) {
        Self.logger.log(level: Logger.Level(level), "\(line)", metadata: ["run": "\(id ?? "")"])
    }

    private static let logger = Logger(label: "rollcall.run")

    func ended(_ run: RunSummary) {
        let how: Logger.Level = run.outcome == .failed ? .warning : run.outcome == .held ? .notice : .info
        Self.logger.log(
            level: how, "run ended",
            metadata: [
                "run": "\(run.id)", "source": "\(run.domain)/\(run.source)", "outcome": "\(run.outcome.rawValue)",
                "why": run.problem.map { "\($0.text)" },
            ].compactMapValues { $0 })
        live.end(id)
        // One that failed before it could read has begun and ended in one step.
        settle(.success(run))
    }

    func failed(_ error: any Error) {
        live.end(id)
        settle(.failure(error))
    }

    private func settle(_ result: Result<RunSummary, any Error>) {
        let isFirst = beginning.withLock { known -> Bool in
            guard known == nil else { return false }
            known = result
            return true
        }
        if isFirst { start.signal() }
    }

    private func update(_ change: (inout LiveRuns.Progress) -> Void) {
        if let id { live.update(id, change) }
    }
}
