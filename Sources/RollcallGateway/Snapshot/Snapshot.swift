internal import CHash
internal import Glibc
internal import RollcallCore

/// One domain's address book as gateways are answered from it: immutable, in one piece of memory. It is made by
/// `SnapshotBuilder` or from bytes that somebody sent; either way it has been checked, and every read of it is held
/// against its end, so that no garbled one can do more than answer wrongly.
///
/// Unchecked: the bytes never change after `init`.
package final class Snapshot: @unchecked Sendable {
    package let facts: SnapshotFacts
    package let edition: Int64
    package let madeAt: Int64
    package let syncedAt: Int64
    package let enforces: Bool
    /// Whether a source of the domain has ever been read well.
    package let isSynced: Bool
    package let addressCount: Int

    private let bytes: UnsafeMutableRawBufferPointer
    private let records: UnsafeRawBufferPointer
    private let members: UnsafeRawBufferPointer
    private let slots: UnsafeRawBufferPointer
    private let mask: Int
    private let seed: UInt64

    /// A copy of the bytes of another one: from a file, or over the network.
    package convenience init(copying bytes: UnsafeRawBufferPointer) throws(SnapshotFlaw) {
        guard bytes.count > SnapshotLayout.Header.length, let memory = malloc(bytes.count) else { throw .cutShort }
        let own = UnsafeMutableRawBufferPointer(start: memory, count: bytes.count)
        own.copyMemory(from: bytes)
        try self.init(owning: own)
    }

    /// Takes the memory, which must come from `malloc`, and frees it also if it throws.
    init(owning bytes: UnsafeMutableRawBufferPointer) throws(SnapshotFlaw) {
        let all = UnsafeRawBufferPointer(bytes)
        let header: SnapshotLayout.Header
        do throws(SnapshotFlaw) {
            (header, facts) = try SnapshotCheck.run(all)
        } catch {
            free(bytes.baseAddress)
            throw error
        }
        // Nothing below throws: from here on `deinit` frees.
        self.bytes = bytes
        records = header.records(all)
        members = header.members(all)
        slots = header.slots(all)
        mask = Int(header.slotCount) - 1
        seed = header.seed
        edition = header.edition
        madeAt = header.madeAt
        syncedAt = header.syncedAt
        enforces = header.flags & SnapshotLayout.Flag.enforces != 0
        isSynced = header.flags & SnapshotLayout.Flag.isSynced != 0
        addressCount = Int(header.addressCount)
    }

    deinit { free(bytes.baseAddress) }

    package var name: String { facts.name }
    package var byteCount: Int { bytes.count }

    /// What a replica is given, or a file.
    package func withBytes<T>(_ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
        try body(UnsafeRawBufferPointer(bytes))
    }

    /// The record of a local part in its compare form.
    @inline(__always)
    package func find(_ local: UnsafeRawBufferPointer) -> SnapshotRecord? {
        var slot = Int(truncatingIfNeeded: rollcall_hash64(local.baseAddress, local.count, seed)) & mask
        // One place at least is free, so this ends.
        while true {
            let place = UInt32(littleEndian: slots.loadUnaligned(fromByteOffset: slot * 4, as: UInt32.self))
            guard place != 0 else { return nil }
            if let record = record(at: place - 1), record.local.isEqual(to: local) { return record }
            slot = (slot + 1) & mask
        }
    }

    /// The record at an offset, if there can be one.
    @inline(__always)
    package func record(at offset: UInt32) -> SnapshotRecord? { SnapshotRecord(records, at: Int(offset)) }

    /// The members of a list, as compare keys; `nil` where they are not kept.
    package func members(of list: SnapshotRecord) -> [UnsafeRawBufferPointer]? {
        guard let place = list.members, place <= members.count else { return nil }
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: members[place...]))
        guard let count = reader.varint(), count <= UInt64(reader.rest.count) else { return nil }
        var all: [UnsafeRawBufferPointer] = []
        for _ in 0..<count {
            guard let member = reader.counted() else { return nil }
            all.append(member)
        }
        return all
    }

    /// Every record, in the order in which they were added.
    package func eachRecord(_ body: (SnapshotRecord) throws -> Void) rethrows {
        var offset = 0
        while let record = SnapshotRecord(records, at: offset) {
            try body(record)
            offset = record.end
        }
    }
}
