internal import Glibc

/// How long and how large a worker may get. The defaults are the product's; tests shorten them by
/// `ROLLCALL_TEST_STALL`, `_OPEN`, `_SUGGEST`, `_CALL`, `_GRACE` (milliseconds) and `ROLLCALL_TEST_MEMORY` (bytes).
package struct WorkerLimits: Sendable {
    /// Milliseconds, all of them.
    package var open: UInt64 = 5_000
    package var suggest: UInt64 = 30_000
    package var call: UInt64 = 60_000
    /// Without emit, checkpoint, progress or wait, in a sync.
    package var stall: UInt64 = 600_000
    /// Between a cancel and the kill.
    package var grace: UInt64 = 10_000
    /// The longest wait that is granted; a longer one is refused, and the run tried again later.
    package var longestWait: UInt64 = 900_000

    /// Bytes.
    package var memory: UInt64 = 256 << 20
    /// Of any one file that the worker writes: a download is kept in one until it is read.
    package var fileSize: UInt64 = 1100 << 20
    package var files: UInt64 = 128

    package init() {}

    /// The defaults, with what the environment shortens.
    package static func standard() -> WorkerLimits {
        func given(_ name: String) -> UInt64? {
            getenv("ROLLCALL_TEST_" + name).flatMap { UInt64(String(cString: $0)) }
        }
        var limits = WorkerLimits()
        limits.open = given("OPEN") ?? limits.open
        limits.suggest = given("SUGGEST") ?? limits.suggest
        limits.call = given("CALL") ?? limits.call
        limits.stall = given("STALL") ?? limits.stall
        limits.grace = given("GRACE") ?? limits.grace
        limits.memory = given("MEMORY") ?? limits.memory
        return limits
    }
}
