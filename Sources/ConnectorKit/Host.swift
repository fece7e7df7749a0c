/// What Rollcall offers to a connector during a call. Made by the kit, good until that call returns: never keep it.

internal import CRollcall

/// The host's table. Written once, by the library's entry, on the thread that loads it and before any other call;
/// only read afterwards.
nonisolated(unsafe) var hostTable: UnsafePointer<rollcall_host>?

/// The severity of a line in the log.
public enum LogLevel: Int32, Sendable { case debug = 0, info, warn, error }

public struct Host {
    let context: OpaquePointer?

    init(_ context: OpaquePointer?) { self.context = context }

    var table: rollcall_host? { hostTable?.pointee }

    /// "Rollcall/1.0.0", fit for a User-Agent.
    public var product: String { table.map { String(copying: $0.product) } ?? "Rollcall" }

    /// One line for the log. Never log a secret.
    public func log(_ level: LogLevel, _ line: String) {
        line.lend { table?.log?(context, level.rawValue, $0) }
    }

    /// Whether the call should end. Ask at least once a second while busy: a worker that stays deaf for ten seconds
    /// after a cancel is killed.
    public var isCancelled: Bool { status(table?.cancelled?(context)) != .ok }

    /// Throws `.cancelled` once the call should end.
    public func checkCancelled() throws(Stop) { try pass(table?.cancelled?(context)) }

    /// A descriptor to `poll` beside your sockets: readable from the cancel on. Don't read or close it. -1: none.
    public var cancelDescriptor: Int32 { table?.cancel_fd?(context) ?? -1 }

    /// Sleeps, but wakes for a cancel: the way to honour a Retry-After. Throws when the host would rather end here
    /// and come again later.
    public func wait(milliseconds: UInt64) throws(Stop) { try pass(table?.wait?(context, milliseconds)) }

    /// Tells a person something about the call without ending it: a warning, if the call then ends well.
    public func warn(_ text: String, field: String = "", detail: String = "") {
        field.lend { field in
            text.lend { text in
                detail.lend { detail in table?.problem?(context, field, text, detail) }
            }
        }
    }

    /// Adds to the answer of a call.
    public func answer(_ name: String, _ value: String) throws(Stop) {
        let raw = name.lend { name in
            value.lend { value in
                var pair = rollcall_pair(name: name, value: value)
                return table?.answer?(context, &pair, 1)
            }
        }
        try pass(raw)
    }

    /// Stores one setting now, durably: a rotated token, a host key seen for the first time. The tab must declare it.
    public func save(_ field: String, _ value: String) throws(Stop) {
        try pass(field.lend { field in value.lend { value in table?.save?(context, field, value) } })
    }

    /// Says that all emitted so far and this state belong together; at most 64 KiB. The host commits both or neither.
    /// An `Emitter` must have been flushed before: use its own `checkpoint`.
    public func checkpoint(_ state: [UInt8]) throws(Stop) {
        try pass(state.withUnsafeBytes { table?.checkpoint?(context, $0.lent) })
    }

    /// Done so far, of an expected total; 0 when that is unknown.
    public func progress(_ done: UInt64, of total: UInt64 = 0) { table?.progress?(context, done, total) }

    func emit(_ records: UnsafePointer<rollcall_record>, _ count: Int) throws(Stop) {
        try pass(table?.emit?(context, records, count))
    }

    /// A function that the host has not set answers as if it were unsupported.
    private func status(_ raw: rollcall_status?) -> Status { raw.map(Status.init) ?? .unsupported }

    private func pass(_ raw: rollcall_status?) throws(Stop) {
        let status = status(raw)
        if status != .ok { throw Stop(status) }
    }
}
