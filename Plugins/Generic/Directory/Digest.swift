/// A digest of bytes that come piece by piece: to find out that a list is the one read last.

internal import CHash
internal import ConnectorKit

struct Digest: Equatable, Sendable {
    let low: UInt64
    let high: UInt64

    init(_ raw: rollcall_digest128) {
        low = raw.low
        high = raw.high
    }

    var text: String { Self.hex(high) + Self.hex(low) }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

final class Hasher128 {
    private let stream: OpaquePointer?

    init() { stream = rollcall_hash_stream_new() }
    deinit { rollcall_hash_stream_free(stream) }

    func add(_ bytes: Bytes) { rollcall_hash_stream_add(stream, bytes.baseAddress, bytes.count) }
    var digest: Digest { Digest(rollcall_hash_stream_digest(stream)) }
}
