/// The host's table of C functions, for every host that lives in the test's own process. There is one table, as the kit
/// keeps the one that it was given last: tests of several connectors run in one process, and side by side.

package import CRollcall
package import ConnectorKit
internal import Glibc
internal import Synchronization

/// What stands behind the table: it is the context of its calls, and outlives them.
package protocol HostSide: AnyObject {
    func log(_ level: Int32, _ line: String)
    func cancelled() -> rollcall_status
    func wait(_ milliseconds: UInt64) -> rollcall_status
    func problem(_ field: String, _ text: String, _ detail: String)
    func answer(_ name: String, _ value: String)
    func save(_ field: String, _ value: String)
    func emit(_ records: UnsafePointer<rollcall_record>?, _ count: Int) -> rollcall_status
    func checkpoint(_ state: [UInt8])
    func permits(_ address: String) -> Bool
}

extension HostSide {
    /// Itself, as the C functions are given it.
    package var context: OpaquePointer { OpaquePointer(Unmanaged.passUnretained(self as AnyObject).toOpaque()) }
}

/// The table of a connector, as a library that has only this one gives it out.
package func connectorTable(_ type: any Connector.Type) -> UnsafePointer<rollcall_connector>? {
    // Tests run in parallel; a real host lists connectors on one thread.
    let address = listing.withLock { _ in UInt(bitPattern: Export.connector([type], hostTable, 0)) }
    return UnsafePointer(bitPattern: address)
}

private let listing = Mutex(())

private func string(_ text: rollcall_str) -> String {
    String(decoding: UnsafeRawBufferPointer(start: text.data, count: text.data == nil ? 0 : text.len), as: UTF8.self)
}

private func host(_ context: OpaquePointer?) -> (any HostSide)? {
    context.flatMap { Unmanaged<AnyObject>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() as? any HostSide }
}

/// Made once and never changed: a library keeps the pointer for ever.
nonisolated(unsafe) private let network: UnsafeMutablePointer<rollcall_network> = {
    let table = UnsafeMutablePointer<rollcall_network>.allocate(capacity: 1)
    table.initialize(
        to: rollcall_network(
            struct_size: UInt32(MemoryLayout<rollcall_network>.size), reserved: 0,
            permits: { (host($0)?.permits(string($1)) ?? true) ? Status.ok.rawValue : Status.denied.rawValue }))
    return table
}()

/// The same, for the host's own table.
nonisolated(unsafe) private let hostTable: UnsafePointer<rollcall_host> = {
    let table = UnsafeMutablePointer<rollcall_host>.allocate(capacity: 1)
    var host = rollcall_host()
    host.struct_size = UInt32(MemoryLayout<rollcall_host>.size)
    host.abi = UInt32(ROLLCALL_ABI)
    let product = strdup("Rollcall/test")
    host.product = rollcall_str(data: product, len: product.map { strlen($0) } ?? 0)
    fill(&host)
    table.initialize(to: host)
    return UnsafePointer(table)
}()

private func fill(_ table: inout rollcall_host) {
    table.log = { host($0)?.log($1, string($2)) }
    table.cancelled = { host($0)?.cancelled() ?? 0 }
    table.cancel_fd = { _ in -1 }
    table.wait = { host($0)?.wait($1) ?? Status.failed.rawValue }
    table.problem = { host($0)?.problem(string($1), string($2), string($3)) }
    table.answer = { context, pairs, count in
        for index in 0..<count {
            if let pair = pairs?[index] { host(context)?.answer(string(pair.name), string(pair.value)) }
        }
        return Status.ok.rawValue
    }
    table.save = { context, field, value in
        host(context)?.save(string(field), string(value))
        return Status.ok.rawValue
    }
    table.emit = { host($0)?.emit($1, $2) ?? Status.failed.rawValue }
    table.checkpoint = { context, state in
        host(context)?.checkpoint(Array(UnsafeRawBufferPointer(start: state.data, count: state.len)))
        return Status.ok.rawValue
    }
    table.progress = { _, _, _ in }
    table.extension = { string($0) == "network/1" ? UnsafeRawPointer(network) : nil }
}
