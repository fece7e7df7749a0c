/// Active Directory's DirSync control, with OBJECT_SECURITY so that an ordinary account may use it: it tells which
/// objects have changed and, to those who may see it, which are gone. What they are now is read by an ordinary search, since DirSync knows neither
/// the base nor the search string and gives only the attributes that have changed.

internal import CLDAP
internal import ConnectorKit

struct DirSync {
    let session: Session

    private static let objectSecurity: UInt32 = 1
    private static let incrementalValues: UInt32 = 0x8000_0000

    /// Of all that a record is made from: what changes elsewhere in an object is no matter.
    private static let attributes = [
        "objectGUID", "isDeleted", "name", "cn", "ou", "displayName", "mail", "proxyAddresses", "member", "objectClass",
        "userAccountControl", "groupType", "primaryGroupID", "msExchRecipientTypeDetails", "msExchHideFromAddressLists",
        "homeMDB",
    ]

    /// In what the server said no; nil: it may be used. Asks for one object only.
    static func refusal(_ session: Session) throws(Stop) -> String? {
        guard let context = session.root.context(of: session.options.baseDN) else {
            return "the base is in none of the server's naming contexts"
        }
        let query = Query(
            base: context, filter: "(objectClass=domainDNS)", attributes: ["objectGUID"], controls: [control([], 1)])
        let outcome = try session.connection.search(query, control: Control.dirSync) { _ in }
        if outcome.code == LDAP_SUCCESS, outcome.control != nil { return nil }
        return "result \(outcome.code) \(String(cString: ldap_err2string(outcome.code)))"
    }

    private static func control(_ cookie: [UInt8], _ largest: Int) -> Control {
        let flags = Int(Int32(bitPattern: objectSecurity | incrementalValues))
        return Control(
            oid: Control.dirSync,
            value: DER.item(0x30, DER.integer(flags) + DER.integer(largest) + DER.item(0x04, cookie)))
    }

    /// The cookie that stands for now: the whole partition goes by once.
    func firstCookie() throws(Stop) -> [UInt8] {
        try rounds([]) { _ throws(Stop) in }
    }

    func delta(_ output: DeltaOutput) throws(Stop) {
        var changed: [[UInt8]] = []
        var seen = Set<[UInt8]>()
        var created: UInt64 = 0
        output.state.cookie = try rounds(output.state.cookie) { (entry) throws(Stop) in
            guard let id = entry.bytes("objectGUID"), seen.insert(id).inserted else { return }
            changed.append(id)
            // Its classes an object gets when it is made, and keeps.
            if isBelowBase(entry), entry.bytes("objectClass") != nil { created &+= Deletions.mark(id) }
        }
        if !changed.isEmpty { try Reread(session: session, output: output).run(changed) }
        let deletions = Deletions(session: session)
        if output.state.idSum == 0 {
            guard try deletions.areShown() else { throw .needFull }
        } else {
            try deletions.compare(created: created, output)
        }
    }

    /// DirSync tells of the whole partition; the sum is over what is below the base.
    private func isBelowBase(_ entry: EntryReader) -> Bool {
        let name = String(decoding: entry.dn, as: UTF8.self).compactName
        let base = session.options.baseDN.compactName
        return name == base || name.hasSuffix("," + base)
    }

    private func rounds(_ cookie: [UInt8], _ body: (EntryReader) throws(Stop) -> Void) throws(Stop) -> [UInt8] {
        guard let context = session.root.context(of: session.options.baseDN) else { throw .needFull }
        var cookie = cookie
        var isFirst = cookie.isEmpty
        let host = session.host
        while true {
            var count: UInt64 = 0
            var custom = Self.attributes
            for name in [session.options.emailAttribute] + session.options.aliasAttributes + [
                session.options.listAttribute
            ]
            where !custom.contains(where: { $0.asciiLowercased == name.asciiLowercased }) { custom.append(name) }
            let query = Query(base: context, attributes: custom, controls: [Self.control(cookie, 1 << 20)])
            let outcome = try session.connection.search(query, control: Control.dirSync) { (entry) throws(Stop) in
                count += 1
                if count % 1000 == 0 { host.progress(0) }
                try body(entry)
            }
            guard outcome.code == LDAP_SUCCESS else {
                // A cookie that is not taken any more is no reason to fail: a full read starts anew.
                if isFirst || [3, 51, 52].contains(outcome.code) { throw session.connection.failure(outcome, .delta) }
                host.log(.info, "The delta ended with result \(outcome.code) \(outcome.text)")
                throw .needFull
            }
            guard let control = outcome.control, let parts = DER.sequence(control[...]), parts.count == 3,
                let more = DER.integer(parts[0])
            else { throw Failure.of(-4, "", .delta, session.connection.server, session.options) }
            cookie = Array(parts[2].content)
            if more == 0 { return cookie }
            isFirst = false
        }
    }
}
