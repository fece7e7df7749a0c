package import RollcallConnectors

/// What a run is doing, for a progress line or a page. Called on the run's thread.
package enum RunPhase: String, Sendable {
    case connecting, reading, planning, applying
}

package protocol RunObserver: AnyObject {
    func phase(_ phase: RunPhase)
    /// Records read so far, of an expected total; 0 when unknown.
    func progress(done: UInt64, total: UInt64)
    /// The directory asked for a pause.
    func waiting(milliseconds: UInt64)
    func log(level: LogLevel, line: String)
}

extension RunObserver {
    package func phase(_ phase: RunPhase) {}
    package func progress(done: UInt64, total: UInt64) {}
    package func waiting(milliseconds: UInt64) {}
    package func log(level: LogLevel, line: String) {}
}
