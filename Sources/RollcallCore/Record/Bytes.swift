internal import Glibc

/// Little-endian numbers in byte buffers, checked against the end: the one place where the wire's and the store's
/// compact formats are read and written, so that no parser indexes past a hostile length.

/// Reads numbers and byte strings from the front of a buffer; every read fails softly (`nil`) at the end.
package struct ByteReader {
    package private(set) var rest: UnsafeRawBufferPointer

    package init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

    package var isAtEnd: Bool { rest.isEmpty }

    @inline(__always)
    package mutating func number<T: FixedWidthInteger>(_: T.Type) -> T? {
        guard rest.count >= MemoryLayout<T>.size else { return nil }
        let value = T(littleEndian: rest.loadUnaligned(as: T.self))
        rest = UnsafeRawBufferPointer(rebasing: rest[MemoryLayout<T>.size...])
        return value
    }

    @inline(__always)
    package mutating func bytes(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, rest.count >= count else { return nil }
        let slice = UnsafeRawBufferPointer(rebasing: rest[..<count])
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        return slice
    }

    /// A number in groups of seven bits, lowest first; at most 64 bits.
    package mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = number(UInt8.self) {
            guard shift < 64 else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        return nil
    }

    /// A byte string behind its length as a varint.
    package mutating func counted() -> UnsafeRawBufferPointer? {
        guard let count = varint(), count <= UInt64(rest.count) else { return nil }
        return bytes(Int(count))
    }

    /// A counted byte string as text, badly formed UTF-8 replaced.
    package mutating func text() -> String? {
        counted().map { String(decoding: $0, as: UTF8.self) }
    }
}

extension Array where Element == UInt8 {
    @inline(__always)
    package mutating func append<T: FixedWidthInteger>(number value: T) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    package mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    @inline(__always)
    package mutating func append(counted bytes: UnsafeRawBufferPointer) {
        append(varint: UInt64(bytes.count))
        append(contentsOf: bytes)
    }

    package mutating func append(text: String) {
        var text = text
        text.withUTF8 { append(counted: UnsafeRawBufferPointer($0)) }
    }
}

extension UnsafeRawBufferPointer {
    @inline(__always)
    package func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let mine = baseAddress, let theirs = other.baseAddress, count > 0 else { return true }
        return memcmp(mine, theirs, count) == 0
    }

    /// The first eight bytes as a number that sorts as they do.
    @inline(__always)
    package var prefix: UInt64 {
        guard count < 8 else { return UInt64(bigEndian: loadUnaligned(as: UInt64.self)) }
        var prefix: UInt64 = 0
        for offset in 0..<8 { prefix = prefix << 8 | (offset < count ? UInt64(self[offset]) : 0) }
        return prefix
    }

    /// Bytewise order, a shorter one before a longer one that begins with it.
    @inline(__always)
    package func precedes(_ other: UnsafeRawBufferPointer) -> Bool {
        let shared = Swift.min(count, other.count)
        if let mine = baseAddress, let theirs = other.baseAddress, shared > 0 {
            let order = memcmp(mine, theirs, shared)
            if order != 0 { return order < 0 }
        }
        return count < other.count
    }
}
