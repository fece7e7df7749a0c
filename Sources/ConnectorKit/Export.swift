/// The C side of a connector: its table, and the functions in it.
///
/// A library exports one symbol, written by its author in three lines, so that the compiler checks it against the
/// header:
///
///     import ConnectorKit
///     public import CRollcall
///
///     @c @implementation
///     public func rollcall_connector_v1(
///         _ host: UnsafePointer<rollcall_host>!, _ index: UInt32
///     ) -> UnsafePointer<rollcall_connector>! {
///         Export.connector([HRConnector.self], host, index)
///     }
///
/// A C function pointer cannot know a Swift type, so each connector has a slot with functions of its own. Eight are
/// plenty for a library. No error leaves a function; there is nothing to catch for a trap, which ends the worker.

public import CRollcall

public enum Export {
    /// What the library's one exported function returns. Called while the library is being scanned or opened, on one
    /// thread, before anything else.
    public static func connector(
        _ types: [any Connector.Type], _ host: UnsafePointer<rollcall_host>?, _ index: UInt32
    ) -> UnsafePointer<rollcall_connector>? {
        hostTable = host
        guard index < types.count else { return nil }
        return slot(for: types[Int(index)])?.table
    }

    private static func slot(for type: any Connector.Type) -> Slot? {
        if let known = slots.first(where: { $0.type == type }) { return known }
        guard slots.count < openers.count else { return nil }
        let slot = Slot(type, open: openers[slots.count])
        slots.append(slot)
        return slot
    }
}

/// Only touched by the entry and by `open`, which the host calls on one thread.
nonisolated(unsafe) private var slots: [Slot] = []

private typealias Open =
    @convention(c) (
        OpaquePointer?, UnsafePointer<rollcall_pair>?, Int, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> rollcall_status

private let openers: [Open] = [
    { open(0, $0, $1, $2, $3) }, { open(1, $0, $1, $2, $3) },
    { open(2, $0, $1, $2, $3) }, { open(3, $0, $1, $2, $3) },
    { open(4, $0, $1, $2, $3) }, { open(5, $0, $1, $2, $3) },
    { open(6, $0, $1, $2, $3) }, { open(7, $0, $1, $2, $3) },
]

/// A connector of this library, with its table, which lives as long as the process.
private struct Slot {
    let type: any Connector.Type
    let table: UnsafePointer<rollcall_connector>

    init(_ type: any Connector.Type, open: @escaping Open) {
        self.type = type
        let table = UnsafeMutablePointer<rollcall_connector>.allocate(capacity: 1)
        table.initialize(
            to: rollcall_connector(
                struct_size: UInt32(MemoryLayout<rollcall_connector>.size), abi: UInt32(ROLLCALL_ABI),
                flags: type.flags.rawValue, settings_version: type.settingsVersion,
                id: forever(type.id), version: forever(type.version), tab: forever(type.tab),
                open: open, call: call, sync: sync, close: close, extension: nil))
        self.table = UnsafePointer(table)
    }
}

/// What `self` points at on the C side.
private final class Instance {
    let connector: any Connector
    init(_ connector: any Connector) { self.connector = connector }
}

private func forever(_ text: String) -> rollcall_str {
    let bytes = Array(text.utf8)
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    copy.copyBytes(from: bytes)
    return Bytes(copy).lent
}

/// Runs a body, says why it ended, and turns that into a status.
private func finish(_ host: Host, _ body: () throws(Stop) -> Void) -> rollcall_status {
    do {
        try body()
        return Status.ok.rawValue
    } catch {
        if !error.text.isEmpty { host.warn(error.text, field: error.field, detail: error.detail) }
        return error.status.rawValue
    }
}

private func open(
    _ slot: Int, _ context: OpaquePointer?, _ settings: UnsafePointer<rollcall_pair>?, _ count: Int,
    _ result: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> rollcall_status {
    let host = Host(context)
    return finish(host) { () throws(Stop) in
        guard slot < slots.count, let result else {
            throw Stop(.failed, "The connector was opened before it was listed.")
        }
        let connector = try slots[slot].type.init(settings: Pairs(settings, count), host: host)
        result.pointee = Unmanaged.passRetained(Instance(connector)).toOpaque()
    }
}

private func instance(_ pointer: UnsafeMutableRawPointer?) throws(Stop) -> any Connector {
    guard let pointer else { throw Stop(.failed, "The connector was called without having been opened.") }
    return Unmanaged<Instance>.fromOpaque(pointer).takeUnretainedValue().connector
}

private let call:
    @convention(c) (
        UnsafeMutableRawPointer?, OpaquePointer?, rollcall_str, UnsafePointer<rollcall_pair>?, Int
    ) -> rollcall_status = { pointer, context, method, arguments, count in
        let host = Host(context)
        return finish(host) { () throws(Stop) in
            try instance(pointer).call(String(copying: method), arguments: Pairs(arguments, count), host: host)
        }
    }

private let sync:
    @convention(c) (
        UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<rollcall_request>?
    ) -> rollcall_status = { pointer, context, request in
        let host = Host(context)
        return finish(host) { () throws(Stop) in
            let request = try SyncRequest(request)
            try instance(pointer).sync(request, host: host)
        }
    }

private let close: @convention(c) (UnsafeMutableRawPointer?) -> Void = { pointer in
    guard let pointer else { return }
    Unmanaged<Instance>.fromOpaque(pointer).release()
}

extension SyncRequest {
    fileprivate init(_ request: UnsafePointer<rollcall_request>?) throws(Stop) {
        guard let request else { throw .unsupported }
        switch Int(request.pointee.mode) {
        case ROLLCALL_FULL: self.init(mode: .full, state: Array(Bytes(request.pointee.state)))
        case ROLLCALL_DELTA: self.init(mode: .delta, state: Array(Bytes(request.pointee.state)))
        default: throw .unsupported
        }
    }
}
