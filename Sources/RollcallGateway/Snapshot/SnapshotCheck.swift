internal import RollcallCore

/// One walk over everything that came, so that what is answered from later is at least well formed: as many records as
/// are claimed, end to end, with local parts that are one, each slot naming one of them, and a free slot, on which the
/// search ends.
enum SnapshotCheck {
    static func run(
        _ all: UnsafeRawBufferPointer
    ) throws(SnapshotFlaw) -> (header: SnapshotLayout.Header, facts: SnapshotFacts) {
        let header = try SnapshotLayout.Header(all)
        guard Digest128(of: header.digested(all)) == Digest128(stored: header.digest(all)) else { throw .damaged }
        try walk(records: header.records(all), slots: header.slots(all), count: Int(header.recordCount))
        return (header, try SnapshotFacts(header.facts(all)))
    }

    private static func walk(
        records: UnsafeRawBufferPointer, slots: UnsafeRawBufferPointer, count: Int
    ) throws(SnapshotFlaw) {
        var offset = 0
        var seen = 0
        while let record = SnapshotRecord(records, at: offset) {
            for byte in record.local where byte <= 0x20 || byte == 0x40 || byte == 0x7F { throw .inconsistent }
            if let target = record.target {
                guard let holder = SnapshotRecord(records, at: Int(target)), !holder.isAlias else {
                    throw .inconsistent
                }
            }
            offset = record.end
            seen += 1
        }
        guard offset == records.count, seen == count else { throw .inconsistent }
        var used = 0
        for index in 0..<slots.count / 4 {
            let place = UInt32(littleEndian: slots.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
            guard place != 0 else { continue }
            used += 1
            guard Int(place) <= records.count else { throw .inconsistent }
        }
        // Fewer than there are records where an address stood in grace and came back elsewhere.
        guard used <= count, used < slots.count / 4 else { throw .inconsistent }
    }
}
