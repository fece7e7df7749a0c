package import RollcallConnectors
package import RollcallCore

/// What a run is doing, for a progress line or a page. Called on the run's thread.
package enum RunPhase: String, Sendable {
    case connecting, reading, planning, applying
}

package protocol RunObserver: AnyObject {
    /// The run is in the history: from now on it can be looked at and cancelled by its id.
    func began(_ run: RunSummary)
    func phase(_ phase: RunPhase)
    /// Records read so far, of an expected total; 0 when unknown.
    func progress(done: UInt64, total: UInt64)
    /// The directory asked for a pause.
    func waiting(milliseconds: UInt64)
    func log(level: LogLevel, line: String)
}

extension RunObserver {
    package func began(_ run: RunSummary) {}
    package func phase(_ phase: RunPhase) {}
    package func progress(done: UInt64, total: UInt64) {}
    package func waiting(milliseconds: UInt64) {}
    package func log(level: LogLevel, line: String) {}
}
