internal import CRollcall
internal import Glibc

/// One instance of the connector under test, driven by the rules. All that is lent to it for a call lies in a mapping of
/// its own, which nobody may touch once the call has returned: a pointer that was kept crashes on the spot, and the
/// step that was told before says where.
final class CheckInstance {
    let table: rollcall_connector
    let host: CheckHost
    private let step: (String) -> Void
    /// Mappings are given back instead of being guarded: for tests of a thousand calls.
    var reuses = false
    private var instance: UnsafeMutableRawPointer?
    private(set) var isOpen = false

    init(_ table: rollcall_connector, _ host: CheckHost, step: @escaping (String) -> Void) {
        self.table = table
        self.host = host
        self.step = step
    }

    func open(_ settings: [(name: String, value: [UInt8])]) -> rollcall_status {
        guard let open = table.open else { return rollcall_status(ROLLCALL_FAILED) }
        var made: UnsafeMutableRawPointer?
        let status = lend("open", settings) { context, pairs, count in open(context, pairs, count, &made) }
        if status == ROLLCALL_OK {
            instance = made
            isOpen = true
        }
        return status
    }

    func call(_ method: String, _ arguments: [(name: String, value: [UInt8])]) -> rollcall_status {
        guard let call = table.call else { return rollcall_status(ROLLCALL_UNSUPPORTED) }
        // The method's name goes in front, in the same mapping.
        return lend("call(\(method))", [(method, [])] + arguments) { context, pairs, count in
            call(instance, context, pairs?.pointee.name ?? rollcall_str(), pairs.map { $0 + 1 }, count - 1)
        }
    }

    func sync(mode: UInt32, state: [UInt8] = []) -> rollcall_status {
        guard let sync = table.sync else { return rollcall_status(ROLLCALL_FAILED) }
        host.isInSync = true
        defer { host.isInSync = false }
        return lend("sync", [("", state)], extra: MemoryLayout<rollcall_request>.stride) { context, pairs, _ in
            guard let pairs else { return rollcall_status(ROLLCALL_FAILED) }
            let memory = UnsafeMutableRawPointer(mutating: UnsafeRawPointer(pairs + 1))
            let request = memory.bindMemory(to: rollcall_request.self, capacity: 1)
            request.initialize(
                to: rollcall_request(
                    struct_size: UInt32(MemoryLayout<rollcall_request>.size), mode: mode, state: pairs.pointee.value))
            return sync(instance, context, request)
        }
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        step("close")
        if let close = table.close { close(instance) }
    }

    /// A mapping with the pairs, then room for `extra`, then the text; guarded afterwards.
    private func lend(
        _ name: String, _ pairs: [(name: String, value: [UInt8])], extra: Int = 0,
        _ body: (OpaquePointer?, UnsafePointer<rollcall_pair>?, Int) -> rollcall_status
    ) -> rollcall_status {
        step(name)
        let head = MemoryLayout<rollcall_pair>.stride * pairs.count + extra + 64
        let size = pairs.reduce(head) { $0 + $1.name.utf8.count + $1.value.count }
        guard let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            memory != MAP_FAILED
        else { return rollcall_status(ROLLCALL_FAILED) }
        let list = memory.bindMemory(to: rollcall_pair.self, capacity: max(pairs.count, 1))
        var text = memory + head
        func put(_ bytes: [UInt8]) -> rollcall_str {
            guard !bytes.isEmpty else { return rollcall_str(data: nil, len: 0) }
            bytes.withUnsafeBytes {
                text.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(memory), byteCount: bytes.count)
            }
            defer { text += bytes.count }
            return rollcall_str(data: UnsafePointer(text.assumingMemoryBound(to: CChar.self)), len: bytes.count)
        }
        for (index, pair) in pairs.enumerated() {
            let name = put(Array(pair.name.utf8))
            (list + index).initialize(to: rollcall_pair(name: name, value: put(pair.value)))
        }
        host.isInCall = true
        let status = body(OpaquePointer(memory + head - 32), UnsafePointer(list), pairs.count)
        host.isInCall = false
        if reuses { munmap(memory, size) } else { mprotect(memory, size, PROT_NONE) }
        step("after \(name)")
        return status
    }
}
