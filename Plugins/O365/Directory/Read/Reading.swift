/// A sync: the organization, then the three streams one after another, then one checkpoint. Nothing is said to be done
/// before every delta link is there, so a round that breaks is as if it had not been.

internal import ConnectorKit

final class Reading {
    private let graph: Graph
    private let options: Options
    private var host: Host { graph.host }

    init(_ options: Options, _ host: Host) throws(Stop) {
        try options.requireTenant()
        self.options = options
        graph = try Graph(options, host)
    }

    // MARK: Full

    func full() throws(Stop) {
        let organization = try prove()
        let scope = options.groups.isEmpty ? nil : try Scope(graph)
        let sink = EntrySink(host, scope: scope, deletesOutside: false, binned: [])
        var state = State(tenant: organization.id, fullAt: Clock.now)
        state.scope = scope?.digest ?? ""
        for stream in streams { state.links[stream] = try whole(stream, sink) }
        try restore(sink.restored, sink)
        try finish(sink, &state)
        if sink.counts.hidden > 0 {
            host.warn(
                "\(sink.counts.hidden) groups hide their members; they are lists all the same. Member.Read.Hidden would show them."
            )
        }
    }

    /// All of a stream. A list whose pages die half way is begun again, once; what only its first part had is gone.
    private func whole(_ stream: Stream, _ sink: EntrySink) throws(Stop) -> String {
        sink.emitted = IDList()
        defer { sink.emitted = nil }
        do {
            return try Round(graph: graph, stream: stream, sink: sink).run(
                from: graph.url(stream.start), isDelta: false)
        } catch {
            guard case .dead(let detail) = error else { throw Self.stop(error) }
            host.log(.warn, "\(stream.title): the list died half way and is begun again: \(detail)")
        }
        let before = sink.emitted?.all ?? []
        sink.emitted = IDList()
        if stream == .groups {
            // Their members may have changed in between: with the group go its edges, and the list brings both again.
            try delete(before, stream, sink)
        }
        let link: String
        do {
            link = try Round(graph: graph, stream: stream, sink: sink).run(
                from: graph.url(stream.start), isDelta: false)
        } catch {
            throw Self.stop(error)
        }
        if stream != .groups { try delete(before.subtracting(sink.emitted?.all ?? []), stream, sink) }
        return link
    }

    private func delete(_ ids: Set<ArraySlice<UInt8>>, _ stream: Stream, _ sink: EntrySink) throws(Stop) {
        for id in ids { try sink.emitter.begin(.delete, stream.kind, id: String(decoding: id, as: UTF8.self)) }
        try sink.emitter.flush()
    }

    // MARK: Delta

    func delta(_ bytes: [UInt8]) throws(Stop) {
        guard var state = State(bytes), state.links[.contacts] != nil || !options.contacts else {
            throw needFull("no state")
        }
        if options.fullEvery > 0, Clock.now - state.fullAt > options.fullEvery * 86_400 {
            throw needFull("the last full read is more than \(options.fullEvery) days old")
        }
        let organization = try prove()
        guard organization.id == state.tenant else { throw needFull("the state is another tenant's") }
        let scope = options.groups.isEmpty ? nil : try Scope(graph)
        guard (scope == nil) == state.scope.isEmpty else { throw needFull("accounts are limited to other groups") }
        let sink = EntrySink(host, scope: scope, deletesOutside: true, binned: state.binned)
        sink.binnedUsers = Set(state.binnedUsers)
        for stream in streams {
            do {
                state.links[stream] = try Round(graph: graph, stream: stream, sink: sink)
                    .run(from: state.links[stream] ?? "", isDelta: true)
            } catch .denied(let stop) where stream == .contacts {
                // The contacts of the last good read stay, and their link with them.
                host.warn(
                    stop.text + " The contacts stay as they were last read.", field: "contacts", detail: stop.detail)
            } catch .dead(let detail) {
                throw needFull("\(stream.title): \(detail)")
            } catch {
                throw Self.stop(error)
            }
        }
        if let scope, scope.digest != state.scope {
            // Who came into the groups or left them has not changed otherwise, so no delta tells of them.
            _ = try whole(.users, sink)
            state.scope = scope.digest
        }
        // Users who come out of the recycle bin are back in groups that came out before them.
        let again = sink.counts.returned > 0 ? state.watched.map(\.group) : []
        state.watch(sink.restored, now: Clock.now)
        try restore(Set(again).union(sink.restored).sorted(), sink)
        // What could not be read of a change will not be told again by a delta.
        if sink.counts.odd + sink.counts.bad > 0 { state.fullAt = 0 }
        try finish(sink, &state)
    }

    private func needFull(_ reason: String) -> Stop {
        host.log(.info, "A full read is needed: \(reason)")
        return .needFull
    }

    // MARK: Both

    private var streams: [Stream] { options.contacts ? [.users, .groups, .contacts] : [.users, .groups] }

    private func prove() throws(Stop) -> Organization {
        let organization = try Organization.read(graph)
        try organization.prove(options.tenant)
        return organization
    }

    /// Members of groups that came back out of the recycle bin: they went with the group and may not be told again.
    private func restore(_ groups: [String], _ sink: EntrySink) throws(Stop) {
        for group in groups where !sink.binned.contains(group) {
            let url = graph.url("groups/\(group)/members?$select=id&$top=999")
            let members = try Listing.idsIfThere(graph, url, what: "The members of a restored group")
            for member in members { try sink.emitter.begin(.put, .membership, id: group, peer: member) }
        }
    }

    private func finish(_ sink: EntrySink, _ state: inout State) throws(Stop) {
        state.binned = sink.binned
        state.binnedUsers = sink.binnedUsers.sorted()
        let bytes = state.bytes
        guard bytes.count <= 64 << 10 else { throw .failed("The delta links are longer than can be kept.") }
        if sink.counts.bad > 0 {
            host.warn("\(sink.counts.bad) entries had no usable id and were left out.")
        }
        if sink.counts.odd > 0 {
            host.warn("\(sink.counts.odd) objects had properties of the wrong type; what was known of those stays.")
        }
        if options.auth == .certificate, let certificate = try? Certificate(options.certificate) {
            let days = certificate.daysLeft(Clock.now)
            if days <= 30 { host.warn("The certificate ends in \(days) days.", field: "certificate") }
        }
        try sink.emitter.checkpoint(bytes)
    }

    private static func stop(_ ending: Round.Ending) -> Stop {
        switch ending {
        case .stop(let stop), .denied(let stop): stop
        case .dead(let detail): .unavailable("The directory's list ended before it was whole, twice.", detail: detail)
        }
    }
}
