internal import RollcallCore

/// The constant database of D. J. Bernstein (cr.yp.to/cdb/cdb.txt): records one after the other behind 256 pointers, then
/// 256 hash tables of (hash, place), each twice as long as its records need. Exim and Postfix look up in it with two
/// reads. Keeps eight bytes a record until the end. All places are 32 bits: a file ends at 4 GiB.
final class CDBTable: RecipientTable {
    private let file: AtomicFile
    private var position: UInt64 = 2048
    private var places: [[(hash: UInt32, position: UInt32)]] = Array(repeating: [], count: 256)
    private var record: [UInt8] = []

    init(_ file: AtomicFile) throws {
        self.file = file
        try file.write([UInt8](repeating: 0, count: 2048))
    }

    func stamp(_ stamp: ExportStamp) throws {
        var key = stamp.key
        try key.withUTF8 { try add(UnsafeRawBufferPointer($0), stamp.value) }
    }

    func add(_ key: UnsafeRawBufferPointer, _ kind: String) throws {
        record.removeAll(keepingCapacity: true)
        append(UInt32(truncatingIfNeeded: key.count))
        append(UInt32(truncatingIfNeeded: kind.utf8.count))
        record.append(contentsOf: key)
        record.append(contentsOf: kind.utf8)
        let hash = Self.hash(key)
        places[Int(hash & 255)].append((hash, UInt32(truncatingIfNeeded: position)))
        position += UInt64(record.count)
        try limit(position)
        try file.write(record)
    }

    func finish() throws {
        var header: [UInt8] = []
        for table in places {
            let count = table.count * 2
            try limit(position + UInt64(count) * 8)
            header.append(number: UInt32(truncatingIfNeeded: position))
            header.append(number: UInt32(truncatingIfNeeded: count))
            var slots = [(hash: UInt32, position: UInt32)](repeating: (0, 0), count: count)
            for place in table {
                var slot = Int(place.hash >> 8) % count
                // A place is never 0: the pointers are there.
                while slots[slot].position != 0 { slot = slot + 1 == count ? 0 : slot + 1 }
                slots[slot] = place
            }
            record.removeAll(keepingCapacity: true)
            for slot in slots {
                append(slot.hash)
                append(slot.position)
            }
            try file.write(record)
            position += UInt64(count) * 8
        }
        try file.overwrite(header)
    }

    static func hash(_ key: UnsafeRawBufferPointer) -> UInt32 {
        key.reduce(5381) { (($0 << 5) &+ $0) ^ UInt32($1) }
    }

    private func append(_ value: UInt32) { record.append(number: value) }

    private func limit(_ position: UInt64) throws {
        guard position <= UInt64(UInt32.max) else {
            throw ExportFailure("The file \(file.path) would be past 4 GiB, and a cdb cannot be.", hint: "Use lmdb.")
        }
    }
}
