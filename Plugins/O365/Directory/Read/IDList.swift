/// The ids of a stream, packed: a list that died half way is begun again, and what its first part told of and the second
/// does not is gone.

internal import ConnectorKit

struct IDList {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    mutating func append(_ id: JSONText) {
        if id.hasEscapes { bytes.append(contentsOf: id.unescaped) } else { bytes.append(contentsOf: id.raw) }
        ends.append(bytes.count)
    }

    mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    var all: Set<ArraySlice<UInt8>> {
        var found = Set<ArraySlice<UInt8>>()
        var start = 0
        for end in ends {
            found.insert(bytes[start..<end])
            start = end
        }
        return found
    }
}
