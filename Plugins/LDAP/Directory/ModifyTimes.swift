/// By time of modification, on servers that offer nothing better: changes with some minutes of overlap, since clocks of
/// several servers differ; deletions wait for the daily full read.

internal import CLDAP
internal import ConnectorKit

struct ModifyTimes {
    let session: Session
    let schema: Schema

    private static let overlap: Int64 = 300

    /// The server's clock where it tells it, else ours.
    static func now(_ session: Session) throws(Stop) -> String {
        var told: String?
        let outcome = try session.connection.search(Query(base: "", scope: .base, attributes: ["currentTime"])) {
            entry in
            told = entry.texts("currentTime").first
        }
        guard outcome.code == LDAP_SUCCESS, let told, told.utf8.count >= 15 else { return timestampNow(-overlap) }
        return String(decoding: told.utf8.prefix(14), as: UTF8.self) + "Z"
    }

    func delta(_ output: DeltaOutput) throws(Stop) {
        let name = session.isActiveDirectory ? "whenChanged" : "modifyTimestamp"
        let since = "(\(name)>=\(output.state.since))"
        output.state.since = try Self.now(session)
        var told = Set<[UInt8]>()
        let wanted = Query(
            base: session.options.baseDN, filter: "(&(|\(schema.filter)\(Containers.filter))\(since))",
            attributes: schema.attributes, controls: session.isActiveDirectory ? [.withGUIDs] : [])
        try PagedRead(session, wanted).run(
            { (entry, _) throws(Stop) in
                if let id = entry.bytes(session.idAttribute) { told.insert(id) }
                try output.changed(entry)
            },
            endPage: { () throws(Stop) in
                try output.emitter.flush()
                session.host.progress(UInt64(output.sink.objects))
            })
        // What has changed and is not wanted may have been wanted before.
        let all = Query(base: session.options.baseDN, filter: since, attributes: [session.idAttribute])
        try PagedRead(session, all).run(
            { (entry, _) throws(Stop) in
                if let id = entry.bytes(session.idAttribute), !told.contains(id) { try output.gone(value: id) }
            }, endPage: { () throws(Stop) in try output.emitter.flush() })
    }
}
