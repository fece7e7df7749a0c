/// Who a worker reports to. All methods run on the thread that called `Worker.sync` or `Worker.call`; the worker stands
/// still meanwhile, which is the flow control. What one of them throws ends the job.
package protocol WorkerObserver: AnyObject {
    /// Checked for structure already: walk it with `RecordReader`. Good until this returns.
    func records(_ body: UnsafeRawBufferPointer) throws
    /// All records so far and this state belong together.
    func checkpoint(_ state: [UInt8]) throws
    /// At most ten times a second. A total of 0 is unknown.
    func progress(done: UInt64, total: UInt64)
    func waiting(milliseconds: UInt64)
    func log(level: LogLevel, line: String)
    /// Durable when it returns; then the worker is told.
    func save(field: String, value: String) throws
}

extension WorkerObserver {
    package func records(_ body: UnsafeRawBufferPointer) throws {}
    package func checkpoint(_ state: [UInt8]) throws {}
    package func progress(done: UInt64, total: UInt64) {}
    package func waiting(milliseconds: UInt64) {}
    package func log(level: LogLevel, line: String) {}
    package func save(field: String, value: String) throws {}
}

package enum LogLevel: Int32, Sendable, Comparable, CaseIterable {
    case debug = 0, info, warn, error

    package static func < (a: LogLevel, b: LogLevel) -> Bool { a.rawValue < b.rawValue }
}

/// The status of a connector's function, as the header numbers them.
package enum ConnectorStatus: Int32, Sendable, Codable, CaseIterable {
    case ok = 0, failed, cancelled, badSettings, needConsent, denied, unavailable, needFull, unsupported

    /// An unknown number is a failure.
    package init(code: Int32) { self = ConnectorStatus(rawValue: code) ?? .failed }
}
