/// The host's table of C functions. What they are about is found by the context.
import CRollcall
import Foundation

enum FakeTable {
    /// Made once and never changed, so it may be read from anywhere.
    nonisolated(unsafe) static let table: UnsafePointer<rollcall_host> = {
        let table = UnsafeMutablePointer<rollcall_host>.allocate(capacity: 1)
        let product = strdup("Rollcall/test")
        table.initialize(
            to: rollcall_host(
                struct_size: UInt32(MemoryLayout<rollcall_host>.size), abi: UInt32(ROLLCALL_ABI),
                product: rollcall_str(data: product, len: 13),
                log: { host($0)?.logLines.append(String($2)) },
                cancelled: { context in
                    guard let host = host(context) else { return 0 }
                    return host.emitted > host.cancelAfterRecords || host.waits.count > host.cancelAfterWaits ? 2 : 0
                },
                cancel_fd: { _ in -1 },
                wait: { context, milliseconds in
                    guard let host = host(context) else { return 1 }
                    host.waits.append(milliseconds)
                    if host.waits.count > host.cancelAfterWaits { return 2 }
                    return milliseconds > host.longestWait ? 6 : 0
                },
                problem: { host($0)?.problems.append((String($1), String($2), String($3))) },
                answer: { context, pairs, count in
                    for pair in UnsafeBufferPointer(start: pairs, count: count) {
                        host(context)?.answers.append((String(pair.name), String(pair.value)))
                    }
                    return 0
                },
                save: { context, field, value in
                    host(context)?.saved.append((String(field), String(value)))
                    return 0
                },
                emit: { context, records, count in
                    guard let host = host(context) else { return 1 }
                    if host.emitted > host.cancelAfterRecords { return 2 }
                    for record in UnsafeBufferPointer(start: records, count: count) { host.take(record) }
                    return 0
                },
                checkpoint: { context, state in
                    host(context)?.checkpointed = Array(UnsafeRawBufferPointer(start: state.data, count: state.len))
                    return 0
                },
                progress: { _, _, _ in }, extension: { _ in nil }))
        return UnsafePointer(table)
    }()

    private static func host(_ context: OpaquePointer?) -> FakeHost? {
        context.map { Unmanaged<FakeHost>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
    }
}
