/// For a delta: the members of a changed group are named by DNs of entries that do not pass by, so each is asked for its
/// id. The requests go out many at a time; the answers come as the server has them.

internal import CLDAP
internal import ConnectorKit

final class MemberLookup: MemberSink {
    private let session: Session
    private let names = NameHash()
    private let pool = IDPool()
    private var known = NameIndex()
    private var edges: [(group: UInt32, member: UInt64)] = []
    private var asked: [(hash: UInt64, dn: [UInt8])] = []
    private var isAsked = Set<UInt64>()
    private var groupRIDs: [(group: UInt32, rid: Int64)] = []
    private var primaries: [(member: UInt32, sid: [UInt8])] = []

    init(_ session: Session) { self.session = session }

    func object(_ id: Bytes, _ dn: Bytes) -> UInt32 {
        let index = pool.add(id)
        known.set(names.hash(dn), index)
        return index
    }

    func member(of group: UInt32, _ dn: Bytes) -> Bytes? {
        let hash = names.hash(dn)
        edges.append((group, hash))
        if isAsked.insert(hash).inserted { asked.append((hash, Array(dn))) }
        return nil
    }

    func primaryGroup(_ object: UInt32, sid: Bytes?, rid: Int64?, isGroup: Bool) {
        guard let sid, sid.count >= 12 else { return }
        var bytes = Array(sid)
        if isGroup {
            var own: Int64 = 0
            for offset in 0..<4 { own |= Int64(bytes[bytes.count - 4 + offset]) << (8 * Int64(offset)) }
            groupRIDs.append((object, own))
        } else if let rid {
            for offset in 0..<4 {
                bytes[bytes.count - 4 + offset] = UInt8(truncatingIfNeeded: rid >> (8 * Int64(offset)))
            }
            primaries.append((object, bytes))
        }
    }

    func resolve(_ emitter: Emitter) throws(Stop) {
        try askForIDs()
        for edge in edges {
            guard let member = known[edge.member] else { continue }
            try emitter.begin(.put, .membership, id: pool[edge.group], peer: pool[member])
        }
        try emitter.flush()
        try resolvePrimaryGroups(emitter)
    }

    // MARK: By name

    /// Enough to keep server and line busy, few enough for its limit on pending requests.
    private static let atOnce = 64

    /// A name that is not there, elsewhere, no name, or not to be seen is a member that nobody has. A server that is too
    /// busy to say is no such answer: the member would be lost.
    private static func isAnswer(_ code: Int32) -> Bool { [0, 10, 32, 34, 50].contains(code) }

    private func askForIDs() throws(Stop) {
        let writer = IDWriter(session.idForm)
        let reader = EntryReader()
        var waiting = asked[...].filter { known[$0.hash] == nil }[...]
        var open: [Int32: UInt64] = [:]
        while !waiting.isEmpty || !open.isEmpty {
            while open.count < Self.atOnce, let next = waiting.popFirst() {
                let query = Query(
                    base: String(decoding: next.dn, as: UTF8.self), scope: .base, attributes: [session.idAttribute])
                open[try session.connection.start(query)] = next.hash
            }
            let (kind, message) = try session.connection.next(-1)
            defer { ldap_msgfree(message) }
            let id = ldap_msgid(message)
            if kind == .entry, let hash = open[id], reader.load(session.connection.handle, message),
                let value = reader.attributes.first(where: { $0.count > 0 })?[0], let text = writer.text(value: value)
            {
                known.set(hash, pool.add(text))
            }
            guard kind == .result else { continue }
            open[id] = nil
            let outcome = try session.connection.outcome(message)
            guard Self.isAnswer(outcome.code) else { throw session.connection.failure(outcome, .delta) }
        }
    }

    // MARK: Primary groups

    private func resolvePrimaryGroups(_ emitter: Emitter) throws(Stop) {
        let writer = IDWriter(session.idForm)
        for (group, rid) in groupRIDs {
            let query = Query(
                base: session.options.baseDN, filter: "(primaryGroupID=\(rid))", attributes: [session.idAttribute])
            try PagedRead(session, query).run(
                { (entry, _) throws(Stop) in
                    guard let value = entry.attributes.first(where: { $0.count > 0 })?[0],
                        let id = writer.text(value: value)
                    else { return }
                    try emitter.begin(.put, .membership, copying: pool[group], peer: id)
                }, endPage: { () throws(Stop) in try emitter.flush() })
        }
        var bySID: [[UInt8]: [UInt8]] = [:]
        for (member, sid) in primaries {
            if bySID[sid] == nil { bySID[sid] = try id(ofSID: sid) ?? [] }
            guard let group = bySID[sid], !group.isEmpty else { continue }
            try emitter.begin(
                .put, .membership, id: emitter.copying(String(decoding: group, as: UTF8.self)), peer: pool[member])
        }
        try emitter.flush()
    }

    private func id(ofSID sid: [UInt8]) throws(Stop) -> [UInt8]? {
        let writer = IDWriter(session.idForm)
        var found: [UInt8]?
        let query = Query(
            base: session.options.baseDN, filter: "(objectSid=\(Filter.escape(sid)))", attributes: [session.idAttribute]
        )
        let outcome = try session.connection.search(query) { entry in
            if let value = entry.attributes.first(where: { $0.count > 0 })?[0] {
                found = writer.text(value: value).map(Array.init)
            }
        }
        guard outcome.code == LDAP_SUCCESS else { throw session.connection.failure(outcome) }
        return found
    }
}
