internal import CRollcall
internal import Glibc

/// Reading: completely, twice, from a state, with a host that says stop.
extension CheckChild {
    private static let full = UInt32(ROLLCALL_FULL)
    private static let delta = UInt32(ROLLCALL_DELTA)

    func syncFull() {
        let host = CheckHost()
        guard let instance = opened(host) else { return }
        let status = instance.sync(mode: Self.full)
        instance.close()
        guard reads(status, host) else { return conclude(host, nil, "It behaved well until then.") }
        let objects = host.record.content.objects.count
        if objects == 0 { tell(.warn, "It read nothing; the tests that follow prove little.") }
        saves(host, tab)
        conclude(
            host, nil,
            "\(objects) objects, \(host.record.content.edges.count) memberships, \(host.record.states.count) checkpoints."
        )
    }

    func syncTwice() {
        var contents: [CheckHost.Content] = []
        let host = CheckHost()
        guard let instance = opened(host) else { return }
        for _ in 0..<2 {
            host.reset()
            guard reads(instance.sync(mode: Self.full), host) else { return }
            contents.append(host.record.content)
        }
        instance.close()
        let same = contents[0].objects.keys == contents[1].objects.keys && contents[0].edges == contents[1].edges
        conclude(host, same ? nil : "A second full sync gives other ids.", "Two full syncs give the same ids.")
    }

    func syncDelta() {
        let host = CheckHost()
        guard let instance = opened(host) else { return }
        guard instance.table.flags & UInt32(ROLLCALL_DELTAS) != 0 else { return tell(.pass, "It has no deltas.") }
        guard reads(instance.sync(mode: Self.full), host) else { return }
        guard let state = host.record.states.last else {
            return tell(.fail, "A full sync leaves no state for the first delta.")
        }
        host.reset()
        let status = instance.sync(mode: Self.delta, state: state)
        let emitted = host.record.content
        instance.close()
        if instance.table.flags & UInt32(ROLLCALL_PROBES) != 0, !emitted.objects.isEmpty || !emitted.edges.isEmpty {
            tell(.fail, "A connector that only probes emits nothing in a delta.")
        }
        if status != ROLLCALL_OK, status != ROLLCALL_NEED_FULL { _ = reads(status, host) }
        conclude(host, nil, "A delta from the last state returned \(status).")
    }

    func syncForeignState() {
        let host = CheckHost()
        guard let instance = opened(host) else { return }
        guard instance.table.flags & UInt32(ROLLCALL_DELTAS) != 0 else { return tell(.pass, "It has no deltas.") }
        for state in [
            Array("a state of somebody else's".utf8), [0xFF, 0x00, 0xFE], [UInt8](repeating: 0x7B, count: 65_536), [],
        ] {
            host.reset()
            let status = instance.sync(mode: Self.delta, state: state)
            if status == ROLLCALL_OK { tell(.fail, "A delta from a foreign state returned OK.") }
            if status == ROLLCALL_NEED_FULL || status == ROLLCALL_OK { continue }
            guard reads(status, host) else { return }
        }
        instance.close()
        conclude(host, nil, "A foreign state is answered with NEED_FULL.")
    }

    /// Ends a full sync after each of its checkpoints and goes on from there: what has come in all must be the whole.
    func syncReplay() {
        let host = CheckHost()
        guard let instance = opened(host) else { return }
        guard instance.table.flags & UInt32(ROLLCALL_RESUMES) != 0 else { return tell(.pass, "It does not resume.") }
        guard reads(instance.sync(mode: Self.full), host) else { return }
        let whole = host.record.content
        let checkpoints = host.record.states.count
        for point in 1..<max(min(checkpoints, 20), 1) {
            host.reset()
            host.onCheckpoint = { $0 == point ? Int(ROLLCALL_CANCELLED) : Int(ROLLCALL_OK) }
            _ = instance.sync(mode: Self.full)
            guard let state = host.record.states.last else { continue }
            var content = host.record.content
            host.reset()
            host.onCheckpoint = { _ in Int(ROLLCALL_OK) }
            guard reads(instance.sync(mode: Self.full, state: state), host) else { return }
            content.objects.merge(host.record.content.objects) { $1 }
            content.edges.formUnion(host.record.content.edges)
            if content != whole {
                tell(
                    .fail,
                    "Resumed after checkpoint \(point), it misses or changes something: checkpoint came before its records."
                )
            }
        }
        instance.close()
        conclude(host, nil, "Resumed after each of \(checkpoints) checkpoints, it gives the same.")
    }

    func syncEmitFails() {
        for point in [1, 2, 5] {
            let host = CheckHost()
            host.onEmit = { $0 >= point ? Int(ROLLCALL_FAILED) : Int(ROLLCALL_OK) }
            guard let instance = opened(host) else { return }
            let status = instance.sync(mode: Self.full)
            instance.close()
            guard host.record.emits >= point else {
                if point == 1 { tell(.warn, "Not tried: nothing was emitted.") }
                break
            }
            if status == ROLLCALL_OK { tell(.fail, "emit refused record \(point), and the sync returned OK.") }
            if host.record.emitsAfterStop > 0 { tell(.fail, "It went on emitting after emit had failed.") }
        }
        tell(.pass, "When emit fails, so does the sync.")
    }

    func syncCancelBefore() { cancelled("before it began") { $0.cancel() } }

    func syncCancelAtEmit() {
        cancelled("at the second emit") { host in
            host.onEmit = { number in
                if number >= 2 { host.cancel() }
                return number >= 2 ? Int(ROLLCALL_CANCELLED) : Int(ROLLCALL_OK)
            }
        }
    }

    func syncCancelInWait() {
        cancelled("in a wait") { host in
            host.onWait = { _ in
                host.cancel()
                return Int(ROLLCALL_CANCELLED)
            }
        }
    }

    /// From another thread, after a moment: it must poll `cancelled` or the descriptor.
    func syncCancelByDescriptor() {
        cancelled("after 300 ms") { $0.cancel(afterMilliseconds: 300) }
    }

    private func cancelled(_ when: String, _ prepare: (CheckHost) -> Void) {
        let host = CheckHost()
        guard let instance = opened(host) else { return }
        prepare(host)
        let start = System.now()
        let status = instance.sync(mode: Self.full)
        let seconds = (System.now() - start) / 1_000_000_000
        instance.close()
        var flaw: String?
        if seconds >= 10 { flaw = "Cancelled \(when), it ended after \(seconds) s; 10 are allowed." }
        if host.record.emitsAfterStop > 0 {
            flaw = "It went on emitting \(host.record.emitsAfterStop) times after it was told to stop."
        }
        if host.record.stopped, status == ROLLCALL_OK {
            flaw = "Told to stop, it returned OK, as if everything had been read."
        }
        conclude(host, flaw, "Cancelled \(when), it returned \(status) within \(seconds + 1) s.")
    }
}
