/// As much of an ELF shared library as tells how it was linked. Read from bytes, without loading it: to load is to run
/// code. Every offset is checked; what does not add up is no library.
struct ELFFile {
    struct Flaw: Error { let text: String }

    private(set) var needed: [String] = []
    private(set) var runPaths: [String] = []
    /// Functions and data that it offers to others.
    private(set) var exports: [String] = []
    /// What it needs from others and did not mark as weak.
    private(set) var imports: [String] = []
    private(set) var hasTextRelocations = false
    private(set) var hasExecutableStack = true
    /// The highest `GLIBC_2.x` that it asks for.
    private(set) var glibc: [Int] = []
    let size: Int

    private struct Segment {
        var type: UInt32
        var flags: UInt32
        var offset: UInt64
        var address: UInt64
        var size: UInt64
    }

    init(_ bytes: [UInt8]) throws(Flaw) {
        size = bytes.count
        guard bytes.count >= 64, bytes[0..<4].elementsEqual([0x7F, 0x45, 0x4C, 0x46]) else {
            throw Flaw(text: "It is no ELF file.")
        }
        guard bytes[4] == 2, bytes[5] == 1 else { throw Flaw(text: "It is not for a 64-bit little-endian machine.") }
        let file = Reader(bytes: bytes)
        guard file.u16(16) == 3 else { throw Flaw(text: "It is not a shared library.") }
        #if arch(x86_64)
            let machine: UInt16 = 62
        #else
            let machine: UInt16 = 183
        #endif
        guard file.u16(18) == machine else { throw Flaw(text: "It is for another kind of machine.") }
        let segments = try Self.segments(file)
        if let stack = segments.first(where: { $0.type == 0x6474_E551 }) { hasExecutableStack = stack.flags & 1 != 0 }
        guard let dynamic = segments.first(where: { $0.type == 2 }) else {
            throw Flaw(text: "It has no dynamic section.")
        }
        try read(dynamic, segments, file, bytes.count)
    }

    private static func segments(_ file: Reader) throws(Flaw) -> [Segment] {
        guard let offset = file.u64(32), let each = file.u16(54), let count = file.u16(56), each >= 56 else {
            throw Flaw(text: "Its program headers do not add up.")
        }
        var segments: [Segment] = []
        for index in 0..<UInt64(count) {
            let (at, overflow) = offset.addingReportingOverflow(index * UInt64(each))
            guard !overflow, let at = Int(exactly: at), let type = file.u32(at), let flags = file.u32(at + 4),
                let start = file.u64(at + 8), let address = file.u64(at + 16), let size = file.u64(at + 32)
            else { throw Flaw(text: "Its program headers do not add up.") }
            segments.append(Segment(type: type, flags: flags, offset: start, address: address, size: size))
        }
        return segments
    }

    private mutating func read(
        _ dynamic: Segment, _ segments: [Segment], _ file: Reader, _ length: Int
    ) throws(Flaw) {
        var entries: [(tag: UInt64, value: UInt64)] = []
        var at = Int(truncatingIfNeeded: dynamic.offset)
        while let tag = file.u64(at), let value = file.u64(at + 8), tag != 0, entries.count < 10_000 {
            entries.append((tag, value))
            at += 16
        }
        func value(_ tag: UInt64) -> UInt64? { entries.first { $0.tag == tag }?.value }
        func place(_ tag: UInt64) -> Int? {
            guard let address = value(tag) else { return nil }
            let segment = segments.first {
                $0.type == 1 && address >= $0.address && address - $0.address < $0.size
            }
            return segment.flatMap { Int(exactly: address - $0.address + $0.offset) }
        }
        guard let strings = place(5) else { throw Flaw(text: "It has no string table.") }
        func string(_ offset: UInt64) -> String { file.string(strings, offset) }
        needed = entries.filter { $0.tag == 1 }.map { string($0.value) }
        runPaths = entries.filter { $0.tag == 15 || $0.tag == 29 }.flatMap {
            string($0.value).split(separator: ":").map(String.init)
        }
        let flags = value(30) ?? 0
        hasTextRelocations = value(22) != nil || flags & 4 != 0
        if let symbols = place(6) {
            // The table has no length of its own; it ends where the next of the loader's tables begins.
            let tables: [UInt64] = [4, 5, 7, 23, 0x6FFF_FEF5, 0x6FFF_FFF0, 0x6FFF_FFFC, 0x6FFF_FFFE]
            let end = tables.compactMap { place($0) }.filter { $0 > symbols }.min() ?? length
            readSymbols(symbols, end: end, file, string)
        }
        if let versions = place(0x6FFF_FFFE) { readVersions(versions, Int(value(0x6FFF_FFFF) ?? 0), file, string) }
    }

    private mutating func readSymbols(_ start: Int, end: Int, _ file: Reader, _ string: (UInt64) -> String) {
        var at = start + 24
        while at + 24 <= end, let name = file.u32(at), let info = file.u8(at + 4),
            let other = file.u8(at + 5), let section = file.u16(at + 6)
        {
            defer { at += 24 }
            if at > start + 24 * 200_000 { return }
            let binding = info >> 4
            let isVisible = other & 3 == 0 || other & 3 == 3
            guard binding == 1 || binding == 2, isVisible else { continue }
            if section == 0 {
                if binding == 1 { imports.append(string(UInt64(name))) }
            } else {
                exports.append(string(UInt64(name)))
            }
        }
    }

    private mutating func readVersions(_ start: Int, _ count: Int, _ file: Reader, _ string: (UInt64) -> String) {
        var at = start
        for _ in 0..<min(count, 1000) {
            guard let entries = file.u16(at + 2), let first = file.u32(at + 8), let next = file.u32(at + 12) else {
                return
            }
            var entry = at + Int(first)
            for _ in 0..<min(entries, 1000) {
                guard let name = file.u32(entry + 8), let more = file.u32(entry + 12) else { return }
                let version = string(UInt64(name))
                if version.hasPrefix("GLIBC_") {
                    let parts = version.dropFirst(6).split(separator: ".").compactMap { Int($0) }
                    if glibc.lexicographicallyPrecedes(parts) { glibc = parts }
                }
                entry += Int(more)
                if more == 0 { break }
            }
            at += Int(next)
            if next == 0 { return }
        }
    }

    private struct Reader {
        let bytes: [UInt8]

        private func number<T: FixedWidthInteger>(_ at: Int, _: T.Type) -> T? {
            guard at >= 0, at <= bytes.count - MemoryLayout<T>.size else { return nil }
            return bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: T.self)) }
        }
        func u8(_ at: Int) -> UInt8? { number(at, UInt8.self) }
        func u16(_ at: Int) -> UInt16? { number(at, UInt16.self) }
        func u32(_ at: Int) -> UInt32? { number(at, UInt32.self) }
        func u64(_ at: Int) -> UInt64? { number(at, UInt64.self) }

        func string(_ table: Int, _ offset: UInt64) -> String {
            guard let offset = Int(exactly: offset), offset < bytes.count, table < bytes.count - offset else {
                return ""
            }
            let start = table + offset
            return String(decoding: bytes[start...].prefix(4096).prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
