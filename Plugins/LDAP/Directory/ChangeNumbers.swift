/// Active Directory by change number (uSNChanged): good for one database of one domain controller, which its invocation id
/// names.

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
        state.idSum = try Deletions(session: session).start()
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
                    created &+= Deletions.mark(id)
                }
            }, endPage: { () throws(Stop) in })
        try Reread(session: session, output: output).run(changed)
        let deletions = Deletions(session: session)
        if state.idSum == 0 {
            guard try deletions.areShown() else { throw .needFull }
            try deletions.tell(since, output)
        } else {
            try deletions.compare(created: created, output)
        }
    }

    private func invocation() throws(Stop) -> String? {
        var id: [UInt8]?
        let query = Query(base: session.root.dsServiceName, scope: .base, attributes: ["invocationId"])
        let outcome = try session.connection.search(query) { entry in id = entry.bytes("invocationId") }
        guard outcome.code == LDAP_SUCCESS, let id else { return nil }
        return String(decoding: Hex.text(id), as: UTF8.self)
    }
}
