/// Who is in a group, by stable id. A directory names members by their DN, which a rename changes without a word in the
/// group; so each DN is turned into the member's id when it is read, and from then on renames and moves are no matter.

internal import ConnectorKit

protocol MemberSink: AnyObject {
    /// An object has been read; its number.
    func object(_ id: Bytes, _ dn: Bytes) -> UInt32
    /// A member known by its DN only: its id, if that is known already. Else it is kept, to be told at the end.
    func member(of group: UInt32, _ dn: Bytes) -> Bytes?
    /// Active Directory: the group that an object is in without being its `member`.
    func primaryGroup(_ object: UInt32, sid: Bytes?, rid: Int64?, isGroup: Bool)
}

/// For a full read: everything that can be a member passes by, so names are resolved from memory: at once where the
/// member came before the group, and else at the end.
final class MemberMap: MemberSink {
    private let names = NameHash()
    private let pool = IDPool()
    private var byName = NameIndex()
    private var bySID = NameIndex()
    private var edges: [(group: UInt32, member: UInt64)] = []
    private var primaries: [(member: UInt32, group: UInt64)] = []

    /// Members that are no object of the read: filtered out, elsewhere, or long gone.
    private(set) var unknown = 0

    func object(_ id: Bytes, _ dn: Bytes) -> UInt32 {
        let index = pool.add(id)
        byName.set(names.hash(dn), index)
        return index
    }

    func member(of group: UInt32, _ dn: Bytes) -> Bytes? {
        let name = names.hash(dn)
        if let member = byName[name] { return pool[member] }
        edges.append((group, name))
        return nil
    }

    func primaryGroup(_ object: UInt32, sid: Bytes?, rid: Int64?, isGroup: Bool) {
        guard let sid, sid.count >= 12 else { return }
        if isGroup {
            bySID.set(names.sidHash(sid, nil), object)
        } else if let rid {
            primaries.append((object, names.sidHash(sid, rid)))
        }
    }

    /// Emits what could not be emitted while reading. The pool no longer grows, so its ids can be lent.
    func resolve(_ emitter: Emitter) throws(Stop) {
        for edge in edges {
            guard let member = byName[edge.member] else {
                unknown += 1
                continue
            }
            try emitter.begin(.put, .membership, id: pool[edge.group], peer: pool[member])
        }
        for edge in primaries {
            guard let group = bySID[edge.group] else { continue }
            try emitter.begin(.put, .membership, id: pool[group], peer: pool[edge.member])
        }
        try emitter.flush()
    }
}

extension NameHash {
    /// Of a SID, or of the SID in the same domain that ends in `rid`.
    func sidHash(_ sid: Bytes, _ rid: Int64?) -> UInt64 {
        var bytes = Array(sid)
        if let rid {
            for offset in 0..<4 {
                bytes[bytes.count - 4 + offset] = UInt8(truncatingIfNeeded: rid >> (8 * Int64(offset)))
            }
        }
        // As hex, so that no byte is taken for a blank or an escape.
        let text = bytes.flatMap { byte -> [UInt8] in [0x60 + (byte >> 4), 0x70 + (byte & 15)] }
        return text.withUnsafeBytes { hash($0) }
    }
}
