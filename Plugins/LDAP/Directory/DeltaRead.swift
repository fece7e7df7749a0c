/// Reads what has changed since a state. Whatever a way learns, it ends here: changed objects are told whole, groups with
/// all their members, what is gone by its id. A way that cannot go on asks for a full read; it never guesses.

internal import CLDAP
internal import ConnectorKit

struct DeltaRead {
    let session: Session
    let state: State

    func run() throws(Stop) {
        // The settings may allow another way now, or this server another than the last.
        switch session.options.incremental {
        case .auto: break
        case .off: throw .needFull
        case .dirsync: if state.way != .dirSync { throw .needFull }
        case .usn: if state.way != .usn { throw .needFull }
        case .syncrepl: if state.way != .syncRepl { throw .needFull }
        case .timestamp: if state.way != .timestamp { throw .needFull }
        }
        let schema = Schema(session.options, session.root.vendor, idAttribute: session.idAttribute)
        let output = DeltaOutput(session, schema, state)
        switch state.way {
        case .syncRepl: try SyncRepl(session: session, schema: schema).delta(output)
        case .dirSync: try DirSync(session: session).delta(output)
        case .usn: try ChangeNumbers(session: session, schema: schema).delta(output)
        case .timestamp: try ModifyTimes(session: session, schema: schema).delta(output)
        case .none: throw .needFull
        }
        try output.finish()
    }
}

/// Where all ways put what they learn.
final class DeltaOutput {
    let session: Session
    let schema: Schema
    let emitter: Emitter
    let sink: EntrySink
    let lookup: MemberLookup
    var state: State
    private var containers: ContainerChanges
    private let ids: IDWriter

    init(_ session: Session, _ schema: Schema, _ state: State) {
        self.session = session
        self.schema = schema
        self.state = state
        emitter = Emitter(session.host)
        lookup = MemberLookup(session)
        sink = EntrySink(emitter, session, schema, lookup)
        sink.replacesGroups = true
        containers = ContainerChanges(state.containers)
        ids = IDWriter(session.idForm)
    }

    /// A changed entry, of a search for what is wanted or for containers.
    func changed(_ entry: EntryReader, uuid: [UInt8]? = nil) throws(Stop) {
        if Containers.isContainer(entry) {
            let id: Bytes? =
                if let uuid { ids.text(uuid: uuid) } else {
                    entry.bytes(session.idAttribute).flatMap { $0.withUnsafeBytes { ids.text(value: $0) } }
                }
            if let id { containers.saw(id, EntrySink.plainName(entry.dn)) }
            return
        }
        try sink.add(entry, uuid: uuid)
    }

    func gone(uuid: some RandomAccessCollection<UInt8>) throws(Stop) {
        guard let id = ids.text(uuid: uuid) else { return }
        try gone(id)
    }

    func gone(value: [UInt8]) throws(Stop) {
        // The writer's memory is its own, so what it returns outlives the borrowed value.
        guard let id = value.withUnsafeBytes({ ids.text(value: $0) }) else { return }
        try gone(id)
    }

    private func gone(_ id: Bytes) throws(Stop) {
        if containers.deleted(id) { throw .needFull }
        // As a group, so that its memberships go with it, if it was one.
        try emitter.begin(.delete, .group, copying: id)
    }

    func finish() throws(Stop) {
        for name in containers.renamed { try readAgain(below: name) }
        try RangeReader(session: session, sink: sink).run(sink.takeOpenRanges())
        try lookup.resolve(emitter)
        state.containers = containers.containers
        try emitter.checkpoint(state.bytes)
    }

    private func readAgain(below name: String) throws(Stop) {
        let query = Query(
            base: name, filter: schema.filter, attributes: schema.attributes,
            controls: session.isActiveDirectory ? [.withGUIDs] : [])
        do {
            try PagedRead(session, query).run(
                { (entry, _) throws(Stop) in try sink.add(entry) },
                endPage: { () throws(Stop) in
                    try emitter.flush()
                    session.host.progress(UInt64(sink.objects))
                })
        } catch {
            // It has been renamed again, or is gone.
            if error.status == .badSettings { throw .needFull }
            throw error
        }
    }
}
