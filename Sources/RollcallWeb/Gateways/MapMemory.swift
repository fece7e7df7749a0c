internal import RollcallCore
internal import RollcallGateway
internal import RollcallStore
internal import Synchronization

/// What the tables over HTTP are remembered by: since when each is what it is, and the bytes of those asked for last, as
/// a reader asks twice for each, and several readers for the same.
final class MapMemory: Sendable {
    struct Map: Sendable {
        let name: String
        let validators: Validators
    }

    private struct State {
        var maps: [String: Map] = [:]
        /// The latest at the end.
        var bodies: [(name: String, tag: String, bytes: [UInt8])] = []
    }

    private let state = Mutex(State())
    private static let most = 64 << 20

    /// A date has seconds only: two tables of one second must not have the same.
    func map(_ name: String, _ books: [BookVersion], at now: Timestamp) -> Map {
        let tag = BookVersions.tag(books)
        return state.withLock { state in
            let known = state.maps[name]
            if let known, known.validators.tag == tag { return known }
            let last = known?.validators.modified?.seconds ?? 0
            let map = Map(
                name: name,
                validators: Validators(tag: tag, modified: Timestamp(seconds: max(now.seconds, last + 1))))
            state.maps[name] = map
            return map
        }
    }

    func bytes(_ map: Map, _ make: () throws -> [UInt8]) rethrows -> [UInt8] {
        let tag = map.validators.tag
        if let known = state.withLock({ $0.bodies.first { $0.name == map.name && $0.tag == tag } }) {
            return known.bytes
        }
        let bytes = try make()
        state.withLock { state in
            state.bodies.removeAll { $0.name == map.name }
            state.bodies.append((map.name, tag, bytes))
            while state.bodies.reduce(0, { $0 + $1.bytes.count }) > Self.most { state.bodies.removeFirst() }
        }
        return bytes
    }
}
