import CHash

/// A fast digest that tells whether a record has changed since it was last read. Stable over machines and releases,
/// for it is stored; not for secrets, and not where a collision could be to somebody's gain.
package struct Digest128: Hashable, Sendable {
    package let low: UInt64
    package let high: UInt64

    package init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    @inline(__always)
    package init(of bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) {
        let digest = rollcall_hash128(bytes.baseAddress, bytes.count, seed)
        self.init(low: digest.low, high: digest.high)
    }

    /// From its 16 bytes in the store; `nil` for any other number of bytes.
    @inline(__always)
    package init?(stored bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 else { return nil }
        self.init(
            low: UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)),
            high: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    @inline(__always)
    package func withStored<T>(_ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
        try withUnsafeBytes(of: (low.littleEndian, high.littleEndian)) { try body($0) }
    }
}
