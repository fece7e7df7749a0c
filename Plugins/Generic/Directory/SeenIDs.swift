/// Which ids a read has met, and with what content: 16 bytes a row, nothing else is kept of a row. Ids and contents are
/// compared by their hashes (see `HashedTable`); two rows that collide are refused as one id with different contents.

internal import ConnectorKit

struct SeenIDs: ~Copyable {
    enum Verdict { case new, same, different }

    private var contents = HashedTable<UInt64>(empty: 0)

    var seed: UInt64 { contents.seed }

    mutating func insert(_ id: Bytes, content: UInt64) -> Verdict {
        let hash = contents.hash(UnsafeRawBufferPointer(id))
        if let known = contents.value(hash) { return known == content ? .same : .different }
        contents.set(hash, content)
        return .new
    }
}
