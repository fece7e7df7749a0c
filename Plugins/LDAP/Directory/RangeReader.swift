/// The rest of a group that is too large for one answer. Active Directory gives `member;range=0-1499` and wants to be
/// asked for `member;range=1500-*`, until an answer ends in `-*`. The step is the server's: the one answered is used.

internal import CLDAP
internal import ConnectorKit

struct RangeReader {
    let session: Session
    let sink: EntrySink

    /// Where the next piece starts; nil: this was all.
    static func next(after name: Bytes) -> Int? {
        guard let semicolon = name.firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let option = Bytes(rebasing: name[(semicolon + 1)...])
        guard option.startsWith("range="), let dash = option.lastIndex(of: UInt8(ascii: "-")) else { return nil }
        return Bytes(rebasing: option[(dash + 1)...]).number.map { Int($0) + 1 }
    }

    func run(_ ranges: [EntrySink.OpenRange]) throws(Stop) {
        for range in ranges { try follow(range) }
    }

    private func follow(_ range: EntrySink.OpenRange) throws(Stop) {
        let object = range.group.withUnsafeBytes { id in
            range.dn.withUnsafeBytes { dn in sink.members.object(id, dn) }
        }
        var next: Int? = range.next
        while let start = next {
            next = nil
            var seen = false
            var isThere = false
            let query = Query(
                base: String(decoding: range.dn, as: UTF8.self), scope: .base,
                attributes: ["\(range.attribute);range=\(start)-*"],
                controls: session.isActiveDirectory ? [.withGUIDs] : [])
            let outcome = try session.connection.search(query) { (entry: EntryReader) throws(Stop) in
                isThere = true
                for attribute in entry.attributes where attribute.count > 0 {
                    guard attribute.base.isSame(asLowercase: Array(range.attribute.asciiLowercased.utf8)) else {
                        continue
                    }
                    seen = true
                    next = Self.next(after: attribute.name)
                    try emit(attribute, object, range.group)
                }
                try sink.emitter.flush()
            }
            if outcome.code == LDAP_NO_SUCH_OBJECT || outcome.code == LDAP_SUCCESS && !isThere { throw moved(range) }
            guard outcome.code == LDAP_SUCCESS else { throw session.connection.failure(outcome) }
            // An empty last piece is allowed; a piece that does not move on is not.
            if let next, next <= start || !seen {
                throw .failed("\(session.connection.server.shown) answered a range of members that does not go on.")
            }
            session.host.progress(UInt64(sink.objects))
        }
    }

    /// Half a group is no group: the run fails, and the next one finds it where it is then.
    private func moved(_ range: EntrySink.OpenRange) -> Stop {
        let name = String(decoding: range.dn, as: UTF8.self)
        return .unavailable("The group \(name) was moved or deleted while it was being read.")
    }

    private func emit(_ attribute: EntryReader.Attribute, _ object: UInt32, _ group: [UInt8]) throws(Stop) {
        let id = UnsafeMutableRawBufferPointer.allocate(byteCount: max(group.count, 1), alignment: 1)
        defer { id.deallocate() }
        id.copyBytes(from: group)
        try sink.emitMembers(attribute, object, Bytes(rebasing: Bytes(id)[0..<group.count]))
    }
}
