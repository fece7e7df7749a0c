internal import RollcallCore

/// The members of one group as its row keeps them: one behind the other in the order of their ids, each id and address
/// (mostly empty) behind its length. A row a membership would be thirty times as many rows, each with the group's id.
struct MemberList {
    struct Member {
        let id: UnsafeRawBufferPointer
        let mail: UnsafeRawBufferPointer
    }

    private var reader: ByteReader

    init(_ bytes: UnsafeRawBufferPointer) { reader = ByteReader(bytes) }

    /// Bytes that are left.
    var rest: Int { reader.rest.count }

    /// The next member; `nil` at the end.
    @inline(__always)
    mutating func next() throws -> Member? {
        if reader.isAtEnd { return nil }
        guard let id = reader.counted(), let mail = reader.counted() else {
            throw StoreError(.corrupt, "the mirror has a damaged list of members", hint: "sync with --full")
        }
        return Member(id: id, mail: mail)
    }

    @inline(__always)
    static func append(_ id: UnsafeRawBufferPointer, _ mail: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        bytes.append(counted: id)
        bytes.append(counted: mail)
    }
}
