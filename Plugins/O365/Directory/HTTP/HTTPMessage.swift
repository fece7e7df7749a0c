/// A request, and what came of it.

internal import CCurl
internal import ConnectorKit

struct HTTPRequest {
    var url: String
    /// `Name: value`, without line ends.
    var headers: [String] = []
    /// POST with this body; nil is GET.
    var body: [UInt8]?
}

struct HTTPResponse {
    var status = 0
    var contentType = ""
    var retryAfter = ""
    var requestID = ""

    var isJSON: Bool { Text.lowered(contentType).contains("json") }
}

enum HTTPOutcome {
    case response(HTTPResponse)
    /// No answer, or none that is whole.
    case broken(code: CURLcode, text: String)
    /// The body is larger than allowed, after decompression.
    case tooLarge
    /// The host does not let connectors talk to this address.
    case forbidden(address: String)
    case cancelled
}

/// Where a body goes: memory that is used again for the next one.
final class BodyBuffer {
    private var room = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    private(set) var count = 0

    deinit { room.deallocate() }

    /// Good until the next request into this buffer.
    var bytes: Bytes { Bytes(rebasing: room[0..<count]) }

    func clear() { count = 0 }

    func append(_ bytes: Bytes) {
        if count + bytes.count > room.count {
            let larger = UnsafeMutableRawBufferPointer.allocate(
                byteCount: max(room.count * 2, count + bytes.count), alignment: 16)
            larger.copyMemory(from: Bytes(rebasing: room[0..<count]))
            room.deallocate()
            room = larger
        }
        UnsafeMutableRawBufferPointer(rebasing: room[count..<(count + bytes.count)]).copyMemory(from: bytes)
        count += bytes.count
    }
}
