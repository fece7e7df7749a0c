/// Active Directory by change number (uSNChanged): good for one database of one domain controller, which its invocation
/// id names. Deletions stand in the container of deleted objects, for those who may look; else a sum over all ids tells
/// that something is missing, and a full read what.

internal import CLDAP
internal import ConnectorKit

struct ChangeNumbers {
    let session: Session
    let schema: Schema

    func start(_ state: inout State) throws(Stop) {
        guard let usn = session.root.highestCommittedUSN, let invocation = try invocation() else {
            throw .denied(
                "\(session.connection.server.shown) does not tell its change number and invocation id.",
                field: "incremental")
        }
        state.usn = usn
        state.invocation = invocation
        if try !seesDeleted() { state.idSum = try sweep() }
    }

    func delta(_ output: DeltaOutput) throws(Stop) {
        let state = output.state
        guard let newest = session.root.highestCommittedUSN, let invocation = try invocation(),
            invocation == state.invocation, newest >= state.usn
        else { throw .needFull }
        output.state.usn = newest
        guard newest > state.usn else { return }
        let since = "(uSNChanged>=\(state.usn + 1))"
        var changed: [[UInt8]] = []
        var created: UInt64 = 0
        let query = Query(
            base: session.options.baseDN, filter: since, attributes: ["objectGUID", "uSNCreated"])
        try PagedRead(session, query).run(
            { (entry, _) throws(Stop) in
                guard let id = entry.bytes("objectGUID") else { return }
                changed.append(id)
                if let number = entry.texts("uSNCreated").first.flatMap({ Int64($0) }), number > state.usn {
                    created &+= Self.mark(id)
                }
            }, endPage: { () throws(Stop) in })
        try Reread(session: session, output: output).run(changed)
        if try seesDeleted() {
            try deleted(since, output)
        } else {
            let sum = try sweep()
            // More or less than what was made since: something is gone, or has come from elsewhere.
            guard sum == state.idSum &+ created else { throw .needFull }
            output.state.idSum = sum
        }
    }

    private func invocation() throws(Stop) -> String? {
        var id: [UInt8]?
        let query = Query(base: session.root.dsServiceName, scope: .base, attributes: ["invocationId"])
        let outcome = try session.connection.search(query) { entry in id = entry.bytes("invocationId") }
        guard outcome.code == LDAP_SUCCESS, let id else { return nil }
        return String(decoding: Hex.text(id), as: UTF8.self)
    }

    // MARK: Deletions

    private var deletedObjects: String? {
        session.root.context(of: session.options.baseDN).map { "<WKGUID=18E2EA80684F11D2B9AA00C04F79F805,\($0)>" }
    }

    /// A plain account gets an empty success from the container of deleted objects, so its own entry is looked for.
    private func seesDeleted() throws(Stop) -> Bool {
        guard let base = deletedObjects else { return false }
        var found = false
        let query = Query(
            base: base, scope: .base, attributes: ["objectGUID"], controls: [Control(oid: Control.showDeleted)])
        let outcome = try session.connection.search(query) { _ in found = true }
        return outcome.code == LDAP_SUCCESS && found
    }

    private func deleted(_ since: String, _ output: DeltaOutput) throws(Stop) {
        guard let base = deletedObjects else { throw .needFull }
        let query = Query(
            base: base, scope: .level, filter: "(&(isDeleted=TRUE)\(since))", attributes: ["objectGUID"],
            controls: [Control(oid: Control.showDeleted)])
        try PagedRead(session, query).run(
            { (entry, _) throws(Stop) in
                if let id = entry.bytes("objectGUID") { try output.gone(value: id) }
            }, endPage: { () throws(Stop) in try output.emitter.flush() })
    }

    /// Over the ids of all objects below the base, whatever they are: only creation and deletion change it.
    private func sweep() throws(Stop) -> UInt64 {
        var sum: UInt64 = 0
        let host = session.host
        try PagedRead(session, Query(base: session.options.baseDN, attributes: ["objectGUID"])).run(
            { (entry, _) throws(Stop) in
                if let id = entry.bytes("objectGUID") { sum &+= Self.mark(id) }
            }, endPage: { () throws(Stop) in host.progress(0) })
        session.hasEntries = false
        return sum
    }

    private static let names = NameHash(fixed: ())

    private static func mark(_ id: [UInt8]) -> UInt64 {
        Hex.text(id).withUnsafeBytes { names.hash($0) }
    }
}
