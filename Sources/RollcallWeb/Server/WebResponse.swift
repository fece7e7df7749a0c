internal import FoundationEssentials
internal import RollcallCore

/// What a handler answers. The headers that every answer must have are put on in one place, not here.
package struct WebResponse: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// The events of a run, as long as it goes on.
        case events(RunEvents)
        /// What is too large to be made at once.
        case pieces(Pieces)
    }

    /// A long answer piece by piece: each is made when the one before has been taken, from where that one ended, so that
    /// the first comes at once and no more than one is in memory.
    package struct Pieces: Sendable {
        package typealias Piece = (bytes: [UInt8], next: String?)

        let first: Piece
        /// From a place; nothing is given back with the last. Blocks.
        let make: @Sendable (_ place: String) throws -> Piece

        /// Makes the first: what goes wrong at once can still be answered as such.
        init(_ make: @escaping @Sendable (_ place: String?) throws -> Piece) throws {
            first = try make(nil)
            self.make = { try make($0) }
        }
    }

    package var status: Int
    package var headers: [(name: String, value: String)] = []
    package var body: Body

    package init(_ status: Int = 200, _ type: String, _ bytes: some Sequence<UInt8>) {
        self.status = status
        headers = [("content-type", type)]
        body = .bytes(Array(bytes))
    }

    static func page(_ html: HTML, status: Int = 200) -> WebResponse {
        WebResponse(status, "text/html; charset=utf-8", html.bytes)
    }

    static func json(_ value: some Encodable, status: Int = 200) throws -> WebResponse {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return WebResponse(status, "application/json", Array(try encoder.encode(value)))
    }

    /// After a form: the browser gets the page anew, so that a reload does not send the form again.
    static func see(_ path: String) -> WebResponse {
        var response = WebResponse(303, "text/plain; charset=utf-8", "See \(path)\n".utf8)
        response.headers.append(("location", path))
        return response
    }

    static let nothing: WebResponse = {
        var response = WebResponse(204, "text/plain", [])
        response.headers = []
        return response
    }()

    static let notModified: WebResponse = {
        var response = WebResponse(304, "text/plain", [])
        response.headers = []
        return response
    }()

    func with(_ name: String, _ value: String) -> WebResponse {
        var copy = self
        copy.headers.append((name, value))
        return copy
    }

    package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    package var bytes: [UInt8] {
        switch body {
        case .bytes(let bytes): return bytes
        case .events: return []
        case .pieces(let pieces):
            var (all, next) = pieces.first
            while let place = next, let piece = try? pieces.make(place) {
                all += piece.bytes
                next = piece.next
            }
            return all
        }
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
