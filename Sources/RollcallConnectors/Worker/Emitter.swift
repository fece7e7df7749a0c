internal import CHostSystem
internal import CRollcall
internal import Glibc
internal import RollcallCore

/// Packs records into one buffer of 256 KiB and sends it when it is full, when the last one is a second old, and before
/// anything that must come after them. The hot path: nothing is allocated for a record, and no text is looked at.
final class Emitter {
    private static let room = 256 << 10
    private let outbox: Outbox
    private let memory: UnsafeMutableRawBufferPointer
    private var end = FrameLimits.head
    private var sentAt: UInt64 = 0
    /// Set by the first record that cannot be sent: the sync has failed from then on, whatever the connector makes of it.
    private(set) var flaw: String?

    init(outbox: Outbox) {
        self.outbox = outbox
        memory = .allocate(byteCount: Self.room + RecordLimits.record + 4096, alignment: 16)
        memory[4] = FrameType.records.rawValue
    }

    func begin() {
        flaw = nil
        end = FrameLimits.head
        sentAt = System.now()
    }

    func emit(_ records: UnsafePointer<rollcall_record>, _ count: Int) -> Bool {
        guard flaw == nil else { return false }
        let stride = Int(records.pointee.struct_size)
        guard stride >= MemoryLayout<rollcall_record>.size else { return fail("a record without its size") }
        var at = UnsafeRawPointer(records)
        for _ in 0..<count {
            let record = at.assumingMemoryBound(to: rollcall_record.self)
            guard pack(record.pointee) else { return false }
            at += stride
        }
        // A slow directory must show that it gets on; asked for each call, not each record.
        if end > FrameLimits.head, Self.coarse() &- sentAt > 1_000_000_000 { flush() }
        return true
    }

    @inline(__always)
    private func pack(_ record: rollcall_record) -> Bool {
        let id = record.id.len
        let peer = record.peer.len
        let attributes = record.attr_count
        guard id > 0, id <= RecordLimits.id, peer <= RecordLimits.id, attributes <= RecordLimits.attributes,
            (1...3).contains(record.op)
        else { return fail("a record with an op of \(record.op), an id of \(id) bytes, \(attributes) attributes") }
        var length = 8 + id + peer + 6 * attributes
        guard attributes == 0 || record.attrs != nil else { return fail("a record whose attributes are missing") }
        let pairs = UnsafeBufferPointer(start: record.attrs, count: attributes)
        for pair in pairs {
            guard pair.name.len <= Int(UInt16.max), pair.value.len <= RecordLimits.record else {
                return fail("an attribute of \(pair.value.len) bytes")
            }
            length += pair.name.len + pair.value.len
        }
        guard length <= RecordLimits.record else { return fail("a record of \(length) bytes") }
        if end + length + 4 > Self.room { flush() }
        guard var to = memory.baseAddress else { return false }
        to += end
        store(UInt32(truncatingIfNeeded: length), &to)
        store(UInt8(truncatingIfNeeded: record.op), &to)
        store(UInt8(truncatingIfNeeded: min(record.kind, 255)), &to)
        store(UInt16(truncatingIfNeeded: id), &to)
        store(UInt16(truncatingIfNeeded: peer), &to)
        store(UInt16(truncatingIfNeeded: attributes), &to)
        copy(record.id, &to)
        copy(record.peer, &to)
        for pair in pairs {
            store(UInt16(truncatingIfNeeded: pair.name.len), &to)
            store(UInt32(truncatingIfNeeded: pair.value.len), &to)
            copy(pair.name, &to)
            copy(pair.value, &to)
        }
        end += length + 4
        return true
    }

    func flush() {
        guard end > FrameLimits.head else { return }
        memory.storeBytes(of: UInt32(end - 4).littleEndian, as: UInt32.self)
        outbox.send(UnsafeRawBufferPointer(rebasing: memory[..<end]))
        end = FrameLimits.head
        sentAt = System.now()
    }

    private func fail(_ what: String) -> Bool {
        flush()
        flaw = what
        outbox.problem("The connector handed over \(what), which is more or less than the interface allows.")
        return false
    }

    @inline(__always)
    private func store<T: FixedWidthInteger>(_ value: T, _ to: inout UnsafeMutableRawPointer) {
        to.storeBytes(of: value.littleEndian, as: T.self)
        to += MemoryLayout<T>.size
    }

    @inline(__always)
    private func copy(_ text: rollcall_str, _ to: inout UnsafeMutableRawPointer) {
        guard text.len > 0, let data = text.data else { return }
        memcpy(to, data, text.len)
        to += text.len
    }

    /// A clock that costs a few nanoseconds and is right to some milliseconds.
    @inline(__always)
    private static func coarse() -> UInt64 { rollcall_coarse_clock() }
}
