/// Active Directory shows what was deleted only to those who may look into the container of deleted objects. For all
/// others a sum over the ids of everything below the base tells that something is gone, and a full read what.

internal import CLDAP
internal import ConnectorKit

struct Deletions {
    let session: Session

    private var container: String? {
        session.root.context(of: session.options.baseDN).map { "<WKGUID=18E2EA80684F11D2B9AA00C04F79F805,\($0)>" }
    }

    /// A plain account gets the container's bare name, and an empty success for what is in it: so its id is asked for.
    func areShown() throws(Stop) -> Bool {
        guard let container else { return false }
        var found = false
        let query = Query(
            base: container, scope: .base, attributes: ["objectGUID"], controls: [Control(oid: Control.showDeleted)])
        let outcome = try session.connection.search(query) { entry in
            if entry.bytes("objectGUID") != nil { found = true }
        }
        return outcome.code == LDAP_SUCCESS && found
    }

    /// What a state has to remember; 0 where deletions are shown.
    func start() throws(Stop) -> UInt64 { try areShown() ? 0 : sweep() }

    /// Tells those that changed since a number.
    func tell(_ since: String, _ output: DeltaOutput) throws(Stop) {
        guard let container else { throw .needFull }
        let query = Query(
            base: container, scope: .level, filter: "(&(isDeleted=TRUE)\(since))", attributes: ["objectGUID"],
            controls: [Control(oid: Control.showDeleted)])
        try PagedRead(session, query).run(
            { (entry, _) throws(Stop) in
                if let id = entry.bytes("objectGUID") { try output.gone(value: id) }
            }, endPage: { () throws(Stop) in try output.emitter.flush() })
    }

    /// More or less than what was made since: something is gone, or has come from elsewhere.
    func compare(created: UInt64, _ output: DeltaOutput) throws(Stop) {
        let sum = try sweep()
        guard sum == output.state.idSum &+ created else {
            session.host.log(.info, "Something was deleted or moved out of sight: all is read again.")
            throw .needFull
        }
        output.state.idSum = sum
    }

    /// Over all objects below the base, whatever they are: only creation and deletion change it.
    private func sweep() throws(Stop) -> UInt64 {
        var sum: UInt64 = 0
        let host = session.host
        let hadEntries = session.hasEntries
        try PagedRead(session, Query(base: session.options.baseDN, attributes: ["objectGUID"])).run(
            { (entry, _) throws(Stop) in
                if let id = entry.bytes("objectGUID") { sum &+= Self.mark(id) }
            }, endPage: { () throws(Stop) in host.progress(0) })
        session.hasEntries = hadEntries
        // 0 stands for "not needed".
        return sum == 0 ? 1 : sum
    }

    private static let names = NameHash(fixed: ())

    static func mark(_ id: [UInt8]) -> UInt64 { Hex.text(id).withUnsafeBytes { names.hash($0) } }
}
