import CHash

/// Byte strings, each kept once and known by a small number: the planner's memory of addresses and ids. One arena and
/// one open-addressing table, so that a million addresses cost a few tens of bytes each and no allocation of their own.
/// Numbers and places are of 32 bits: four gigabytes of addresses are more than a plan can hold.
package struct ByteTable {
    private var arena: [UInt8] = []
    private var ends: [UInt32] = []
    private var hashes: [UInt32] = []
    private var slots: [Int32] = Array(repeating: -1, count: 1024)
    /// Random, since the bytes come from a directory that could otherwise choose colliding ones.
    private let seed = UInt64.random(in: .min ... .max)

    package init() {}

    package var count: Int { ends.count }

    package mutating func reserve(_ count: Int) {
        ends.reserveCapacity(count)
        hashes.reserveCapacity(count)
        while slots.count * 3 < count * 4 { grow() }
    }

    /// The number of these bytes, new ones being added.
    @inline(__always)
    package mutating func intern(_ bytes: UnsafeRawBufferPointer) -> Int {
        let hash = UInt32(truncatingIfNeeded: rollcall_hash64(bytes.baseAddress, bytes.count, seed))
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if hashes[index] == hash, equal(index, bytes) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        let index = ends.count
        slots[slot] = Int32(truncatingIfNeeded: index)
        arena.append(contentsOf: bytes)
        ends.append(UInt32(truncatingIfNeeded: arena.count))
        hashes.append(hash)
        if ends.count * 4 > slots.count * 3 { grow() }
        return index
    }

    package func find(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let hash = UInt32(truncatingIfNeeded: rollcall_hash64(bytes.baseAddress, bytes.count, seed))
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if hashes[index] == hash, equal(index, bytes) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    @inline(__always)
    package func withBytes<T>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
        let start = index == 0 ? 0 : Int(ends[index - 1])
        let end = Int(ends[index])
        return try arena.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
    }

    package func text(_ index: Int) -> String { withBytes(index) { String(decoding: $0, as: UTF8.self) } }

    /// Whether the bytes of `a` come before those of `b`.
    package func precedes(_ a: Int, _ b: Int) -> Bool {
        withBytes(a) { a in withBytes(b) { a.precedes($0) } }
    }

    /// The first eight bytes as a number that sorts as they do.
    package func prefix(_ index: Int) -> UInt64 {
        withBytes(index) { $0.prefix }
    }

    @inline(__always)
    private func equal(_ index: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
        withBytes(index) { $0.isEqual(to: bytes) }
    }

    private mutating func grow() {
        let mask = slots.count * 2 - 1
        var larger = [Int32](repeating: -1, count: mask + 1)
        for (index, hash) in hashes.enumerated() {
            var slot = Int(hash) & mask
            while larger[slot] >= 0 { slot = (slot + 1) & mask }
            larger[slot] = Int32(truncatingIfNeeded: index)
        }
        slots = larger
    }
}

/// Byte strings kept in a row, known by where they stand: at most four gigabytes of them.
package struct ByteArena {
    package struct Reference {
        fileprivate var start: UInt32
        fileprivate var count: UInt32
        static let none = Reference(start: .max, count: 0)
        package var isNone: Bool { start == .max }

        fileprivate init(start: UInt32, count: UInt32) {
            self.start = start
            self.count = count
        }

        fileprivate init(_ range: Range<Int>) {
            self.init(
                start: UInt32(truncatingIfNeeded: range.lowerBound), count: UInt32(truncatingIfNeeded: range.count))
        }

        /// A part of it.
        func part(_ range: Range<Int>) -> Reference {
            let start = Int(start) + range.lowerBound
            return Reference(start..<start + range.count)
        }
    }

    private var bytes: [UInt8] = []

    package init() {}

    package mutating func add(_ new: UnsafeRawBufferPointer) -> Reference {
        let start = bytes.count
        bytes.append(contentsOf: new)
        return Reference(start..<bytes.count)
    }

    /// Adds what `fill` appends.
    package mutating func add(_ fill: (inout [UInt8]) -> Void) -> Reference {
        let start = bytes.count
        fill(&bytes)
        return Reference(start..<bytes.count)
    }

    @inline(__always)
    package func withBytes<T>(
        _ reference: Reference, _ body: (UnsafeRawBufferPointer) throws -> T
    ) rethrows -> T {
        guard !reference.isNone else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        return try bytes.withUnsafeBytes {
            let start = Int(reference.start)
            return try body(UnsafeRawBufferPointer(rebasing: $0[start..<start + Int(reference.count)]))
        }
    }
}
