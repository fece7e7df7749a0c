/// Reads all of the directory below the base, once, to its proven end.

internal import ConnectorKit

struct FullRead {
    let session: Session

    func run() throws(Stop) {
        let options = session.options
        let host = session.host
        let schema = Schema(options, session.root.vendor, idAttribute: session.idAttribute)
        // Where the first delta starts is taken before anything is read: what changes meanwhile is then told twice.
        let choice = try Way.choose(session)
        let state = try Way.start(choice, session, schema)
        host.log(
            .info, "Reading \(options.baseDN) from \(session.connection.server.shown); next time \(choice.explanation)")

        let emitter = Emitter(host)
        let members = MemberMap()
        let sink = EntrySink(emitter, session, schema, members)
        let query = Query(
            base: options.baseDN, filter: schema.filter, attributes: schema.attributes,
            controls: session.isActiveDirectory ? [.withGUIDs] : [])
        try PagedRead(session, query).run(
            { (entry, _) throws(Stop) in try sink.add(entry) },
            endPage: { () throws(Stop) in
                try emitter.flush()
                host.progress(UInt64(sink.objects))
            })
        try RangeReader(session: session, sink: sink).run(sink.takeOpenRanges())
        try members.resolve(emitter)
        guard sink.objects > 0 else { throw nothing() }
        if sink.withoutID > 0 {
            host.warn("\(sink.withoutID) entries have no \(session.idAttribute) and were left out.")
        }
        if members.unknown > 0 {
            host.log(.debug, "\(members.unknown) members of groups are no objects of this read.")
        }
        if let state { try emitter.checkpoint(state.bytes) }
    }

    /// An empty answer is not an empty directory: rights may be gone, or the filter may not fit.
    func nothing() -> Stop {
        let account = Failure.account(session.options)
        let options = session.options
        return .denied(
            "Nothing below \(options.baseDN) matches the search string and may be read by \(account); an empty answer "
                + "is not taken for an empty directory.", field: options.isOwnFilter ? "filter" : "user",
            detail: options.filter)
    }
}
