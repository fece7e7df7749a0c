/// RFC 4533, refreshOnly: what has changed since a cookie, with deletions, in one search.
///
/// A server that no longer remembers what was deleted tells what is still there instead (the present phase). Comparing
/// that is what a full read does, so it becomes one.

internal import CLDAP
internal import ConnectorKit

struct SyncRepl {
    let session: Session
    let schema: Schema

    private var filter: String { "(|\(schema.filter)\(Containers.filter))" }

    // MARK: Where to start

    /// The state of an OpenLDAP provider; nil: it is none, or it may not be read.
    static func contextCSN(_ session: Session) throws(Stop) -> [String]? {
        guard let context = session.root.context(of: session.options.baseDN) else { return nil }
        var values: [String] = []
        let query = Query(base: context, scope: .base, attributes: ["contextCSN"])
        let outcome = try session.connection.search(query) { entry in values = entry.texts("contextCSN") }
        return outcome.code == LDAP_SUCCESS && !values.isEmpty ? values.sorted() : nil
    }

    /// That a server knows the control does not make it a provider of this base: it is asked about the base alone.
    static func isServed(_ session: Session) throws(Stop) -> Bool {
        let query = Query(base: session.options.baseDN, scope: .base, attributes: ["1.1"], controls: [request(nil)])
        let outcome = try session.connection.search(query, control: Control.syncDone) { _ in }
        return outcome.code == LDAP_SUCCESS && outcome.control != nil
    }

    func firstCookie() throws(Stop) -> [UInt8]? {
        if session.root.vendor == .openLDAP {
            guard let values = try Self.contextCSN(session) else { return nil }
            return Array("rid=000,csn=\(values.joined(separator: ";"))".utf8)
        }
        return try askForCookie()
    }

    /// Others make cookies that only they can: all ids once, for the cookie at the end.
    private func askForCookie() throws(Stop) -> [UInt8]? {
        let query = Query(
            base: session.options.baseDN, filter: filter, attributes: ["1.1"], controls: [Self.request(nil)])
        var entries = 0
        let host = session.host
        let outcome = try session.connection.search(query, control: Control.syncDone) { _ in
            entries += 1
            if entries % 1000 == 0 { host.progress(0) }
        }
        guard outcome.code == LDAP_SUCCESS, let done = outcome.control else {
            session.host.log(.info, "No deltas: RFC 4533 answered result \(outcome.code) \(outcome.text)")
            return nil
        }
        return Self.done(done)?.cookie
    }

    private static func request(_ cookie: [UInt8]?) -> Control {
        let mode = DER.integer(1, tag: 0x0A)
        return Control(
            oid: Control.syncRequest, value: DER.item(0x30, mode + (cookie.map { DER.item(0x04, $0) } ?? [])))
    }

    // MARK: A delta

    func delta(_ output: DeltaOutput) throws(Stop) {
        let connection = session.connection
        try checkAge(output.state.cookie)
        let query = Query(
            base: session.options.baseDN, filter: filter, attributes: schema.attributes,
            controls: [Self.request(output.state.cookie)])
        let id = try connection.start(query)
        let reader = EntryReader()
        var changed: [[UInt8]] = []
        var kept: [OpaquePointer] = []
        defer { for message in kept { ldap_msgfree(message) } }
        while true {
            let (kind, message) = try connection.next(id)
            kept.append(message)
            switch kind {
            case .entry:
                session.hasEntries = true
                try entry(message, reader, output, &changed)
            case .intermediate:
                if let info = connection.intermediate(message, Control.syncInfo) { try self.info(info, output) }
            case .result:
                try end(connection.outcome(message, control: Control.syncDone), output)
                try output.emitter.flush()
                if !changed.isEmpty { try Reread(session: session, output: output).run(changed) }
                return
            default: break
            }
            if kept.count >= 512 {
                try output.emitter.flush()
                for message in kept { ldap_msgfree(message) }
                kept.removeAll(keepingCapacity: true)
                session.host.progress(UInt64(output.sink.objects))
            }
        }
    }

    /// A directory that was restored stands before our cookie, and may not notice.
    private func checkAge(_ cookie: [UInt8]) throws(Stop) {
        guard session.root.vendor == .openLDAP else { return }
        guard let current = try Self.contextCSN(session) else { throw .needFull }
        let text = String(decoding: cookie, as: UTF8.self)
        guard let start = text.utf8.lastIndex(of: UInt8(ascii: "=")) else { throw .needFull }
        func byServer(_ values: [Substring]) -> [Substring: Substring] {
            Dictionary(values.map { ($0.split(separator: "#").dropFirst(2).first ?? "", $0) }) { $1 }
        }
        let ours = byServer(text[text.utf8.index(after: start)...].split { $0 == ";" || $0 == "," })
        let theirs = byServer(current.map { $0[...] })
        for (server, csn) in ours where csn > theirs[server] ?? "" { throw .needFull }
    }

    /// An entry comes whole from OpenLDAP. 389-ds leaves out operational attributes, so there it is read again.
    private func entry(
        _ message: OpaquePointer, _ reader: EntryReader, _ output: DeltaOutput, _ changed: inout [[UInt8]]
    ) throws(Stop) {
        guard let control = session.connection.entryControl(message, Control.syncState),
            let parts = DER.sequence(control[...]), parts.count >= 2, let state = DER.integer(parts[0])
        else { throw Failure.of(-4, "no sync state", .read, session.connection.server, session.options) }
        switch state {
        case 1 where session.root.vendor != .openLDAP, 2 where session.root.vendor != .openLDAP:
            if let id = IDWriter(session.idForm).copy(uuid: parts[1].content) { changed.append(id) }
        case 1, 2:
            guard reader.load(session.connection.handle, message) else {
                throw Failure.of(-4, "", .read, session.connection.server, session.options)
            }
            try output.changed(reader, uuid: Array(parts[1].content))
        case 3: try output.gone(uuid: parts[1].content)
        default: throw .needFull
        }
    }

    /// New cookies on the way are not kept: only the one at the end stands for a finished refresh.
    private func info(_ value: [UInt8], _ output: DeltaOutput) throws(Stop) {
        guard let (item, _) = DER.next(value[...]) else { return }
        switch item.tag {
        case 0xA2: throw .needFull
        case 0xA3:
            guard let parts = DER.items(item.content) else { return }
            let isDeletes = parts.first { $0.tag == 0x01 }?.content.first ?? 0 != 0
            guard isDeletes else { throw .needFull }
            for set in parts where set.tag == 0x31 {
                for uuid in DER.items(set.content) ?? [] { try output.gone(uuid: uuid.content) }
            }
        default: break
        }
    }

    private func end(_ outcome: Outcome, _ output: DeltaOutput) throws(Stop) {
        switch outcome.code {
        case LDAP_SUCCESS: break
        case 3, 51, 52: throw session.connection.failure(outcome)
        default:
            // A cookie that the server does not take (4096, 53, …), or too many changes for its limits.
            session.host.log(.info, "The delta ended with result \(outcome.code) \(outcome.text)")
            throw .needFull
        }
        guard let control = outcome.control, let done = Self.done(control) else { throw .needFull }
        // 389-ds never tells what is present, and leaves the mark out.
        if !done.refreshDeletes, session.root.vendor == .openLDAP { throw .needFull }
        if let cookie = done.cookie { output.state.cookie = cookie }
    }

    private static func done(_ value: [UInt8]) -> (cookie: [UInt8]?, refreshDeletes: Bool)? {
        guard let parts = DER.sequence(value[...]) else { return nil }
        return (
            parts.first { $0.tag == 0x04 }.map { Array($0.content) },
            parts.first { $0.tag == 0x01 }?.content.first ?? 0 != 0
        )
    }
}
