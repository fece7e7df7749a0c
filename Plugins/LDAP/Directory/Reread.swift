/// Changed objects of which only the ids are known: they are read again as they are now. What is not found is gone, or
/// no longer matches what is wanted, which is the same to an address book.

internal import CLDAP
internal import ConnectorKit

struct Reread {
    let session: Session
    let output: DeltaOutput

    private static let atOnce = 50

    func run(_ ids: [[UInt8]]) throws(Stop) {
        var rest = ids[...]
        while !rest.isEmpty {
            try batch(Array(rest.prefix(Self.atOnce)))
            rest = rest.dropFirst(Self.atOnce)
        }
    }

    private func batch(_ ids: [[UInt8]]) throws(Stop) {
        let any = ids.map { "(\(session.idAttribute)=\(Filter.escape($0)))" }.joined()
        let query = Query(
            base: session.options.baseDN, filter: "(&(|\(output.schema.filter)\(Containers.filter))(|\(any)))",
            attributes: output.schema.attributes, controls: session.isActiveDirectory ? [.withGUIDs] : [])
        var missing = Set(ids)
        try PagedRead(session, query).run(
            { (entry, _) throws(Stop) in
                if let id = entry.bytes(session.idAttribute) { missing.remove(id) }
                try output.changed(entry)
            },
            endPage: { () throws(Stop) in
                try output.emitter.flush()
                session.host.progress(UInt64(output.sink.objects))
            })
        for id in ids where missing.contains(id) { try output.gone(value: id) }
    }
}
