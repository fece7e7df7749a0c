internal import CRollcall
internal import Glibc

/// The table of host functions that a connector is given. Its functions are C functions and so reach their state by one
/// global: one worker serves one instance.
final class HostTable {
    let outbox: Outbox
    let inbox: Inbox
    let emitter: Emitter
    let networks: NetworkPolicy
    let longestWait: UInt64
    let table: UnsafeMutablePointer<rollcall_host>
    let network: UnsafeMutablePointer<rollcall_network>
    /// What a ctx points at: nothing of any use to a connector.
    let context: OpaquePointer?
    fileprivate(set) var isInCall = false
    fileprivate(set) var isInSync = false

    init(outbox: Outbox, inbox: Inbox, job: Job) {
        self.outbox = outbox
        self.inbox = inbox
        emitter = Emitter(outbox: outbox)
        // A policy that cannot be read permits nothing but what every policy does.
        networks = NetworkPolicy(job.networks) ?? NetworkPolicy("public") ?? .any
        longestWait = job.longestWait
        context = OpaquePointer(UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16))
        // Outlive every call, so they are never freed.
        table = .allocate(capacity: 1)
        network = .allocate(capacity: 1)
        let product = strdup(job.product)
        network.initialize(
            to: rollcall_network(
                struct_size: UInt32(MemoryLayout<rollcall_network>.size), reserved: 0, permits: hostPermits))
        table.initialize(
            to: rollcall_host(
                struct_size: UInt32(MemoryLayout<rollcall_host>.size), abi: 0x0001_0000,
                product: rollcall_str(data: product, len: job.product.utf8.count), log: hostLog,
                cancelled: hostCancelled, cancel_fd: hostCancelDescriptor, wait: hostWait, problem: hostProblem,
                answer: hostAnswer, save: hostSave, emit: hostEmit, checkpoint: hostCheckpoint,
                progress: hostProgress, extension: hostExtension))
    }

    /// Runs one call of the connector, in which the functions marked [in call] may be used.
    func serve(sync: Bool, _ body: () -> rollcall_status) {
        isInCall = true
        isInSync = sync
        emitter.begin()
        var status = body()
        isInCall = false
        isInSync = false
        emitter.flush()
        // A connector that goes on after a refused record has not delivered all that it says.
        if emitter.flaw != nil, status == ROLLCALL_OK { status = rollcall_status(ROLLCALL_FAILED) }
        outbox.done(status)
    }
}

/// Set once, before the library is loaded, and only read from then on.
nonisolated(unsafe) private var shared: HostTable?

extension HostTable {
    func install() { shared = self }
}

private let ok = rollcall_status(ROLLCALL_OK)
private let failed = rollcall_status(ROLLCALL_FAILED)
private let stopped = rollcall_status(ROLLCALL_CANCELLED)

private let hostLog: @convention(c) (OpaquePointer?, Int32, rollcall_str) -> Void = { _, level, line in
    shared?.outbox.log(level, line.raw)
}

private let hostCancelled: @convention(c) (OpaquePointer?) -> rollcall_status = { _ in
    shared?.inbox.isCancelled == true ? stopped : ok
}

private let hostCancelDescriptor: @convention(c) (OpaquePointer?) -> Int32 = { _ in
    shared?.inbox.cancelDescriptor ?? -1
}

private let hostWait: @convention(c) (OpaquePointer?, UInt64) -> rollcall_status = { _, milliseconds in
    guard let host = shared, host.isInCall else { return failed }
    if host.inbox.isCancelled { return stopped }
    host.emitter.flush()
    var frame = FrameWriter(.waiting)
    frame.number(milliseconds)
    host.outbox.send(frame.finished())
    // The host has been told all the same: it tries the run again after that time.
    guard milliseconds <= host.longestWait else { return rollcall_status(ROLLCALL_UNAVAILABLE) }
    let until = System.now() + milliseconds * 1_000_000
    while true {
        let now = System.now()
        if host.inbox.isCancelled { return stopped }
        if now >= until { return ok }
        var polled = pollfd(fd: host.inbox.cancelDescriptor, events: Int16(POLLIN), revents: 0)
        poll(&polled, 1, Int32(min((until - now) / 1_000_000 + 1, 60_000)))
    }
}

private let hostProblem: @convention(c) (OpaquePointer?, rollcall_str, rollcall_str, rollcall_str) -> Void = {
    _, field, text, detail in
    guard let host = shared, host.isInCall else { return }
    host.outbox.problem(field: field.raw, text: text.raw, detail: detail.raw)
}

private let hostAnswer: @convention(c) (OpaquePointer?, UnsafePointer<rollcall_pair>?, Int) -> rollcall_status = {
    _, pairs, count in
    guard let host = shared, host.isInCall, count == 0 || pairs != nil else { return failed }
    var body: [(name: String, value: String)] = []
    for pair in UnsafeBufferPointer(start: pairs, count: count) { body.append((pair.name.string, pair.value.string)) }
    var frame = FrameWriter(.answer)
    frame.pairs(body)
    guard let finished = frame.finished() else { return failed }
    host.outbox.send(finished)
    return host.inbox.isCancelled ? stopped : ok
}

private let hostSave: @convention(c) (OpaquePointer?, rollcall_str, rollcall_str) -> rollcall_status = {
    _, field, value in
    guard let host = shared, host.isInCall else { return failed }
    // A setting says something about the records before it as well; they go first.
    host.emitter.flush()
    var frame = FrameWriter(.save)
    frame.counted(field.raw)
    frame.counted(value.raw)
    guard let finished = frame.finished() else { return failed }
    host.outbox.send(finished)
    return host.inbox.acknowledged() ? ok : failed
}

private let hostEmit: @convention(c) (OpaquePointer?, UnsafePointer<rollcall_record>?, Int) -> rollcall_status = {
    _, records, count in
    guard let host = shared, host.isInSync else { return failed }
    if host.inbox.isCancelled { return stopped }
    guard count > 0, let records else { return ok }
    return host.emitter.emit(records, count) ? ok : failed
}

private let hostCheckpoint: @convention(c) (OpaquePointer?, rollcall_str) -> rollcall_status = { _, state in
    guard let host = shared, host.isInSync, host.emitter.flaw == nil else { return failed }
    guard state.len <= FrameLimits.state else {
        host.outbox.problem("The connector's state has \(state.len) bytes; \(FrameLimits.state) are allowed.")
        return failed
    }
    host.emitter.flush()
    var frame = FrameWriter(.checkpoint)
    frame.rest(state.raw)
    host.outbox.send(frame.finished())
    return host.inbox.isCancelled ? stopped : ok
}

private let hostProgress: @convention(c) (OpaquePointer?, UInt64, UInt64) -> Void = { _, done, total in
    guard let host = shared else { return }
    var frame = FrameWriter(.progress)
    frame.number(done)
    frame.number(total)
    host.outbox.send(frame.finished())
}

private let hostExtension: @convention(c) (rollcall_str) -> UnsafeRawPointer? = { name in
    guard let host = shared, name.raw.elementsEqual("network/1".utf8) else { return nil }
    return UnsafeRawPointer(host.network)
}

private let hostPermits: @convention(c) (OpaquePointer?, rollcall_str) -> rollcall_status = { _, address in
    guard let host = shared, host.networks.permits(address.string) else { return rollcall_status(ROLLCALL_DENIED) }
    return ok
}
