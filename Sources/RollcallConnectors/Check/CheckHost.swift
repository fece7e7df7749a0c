internal import CRollcall
internal import CHostSystem
internal import Glibc
internal import RollcallCore
internal import Synchronization

/// The host that the conformance kit plays inside the child: it takes everything down, does as a test tells it to, and
/// notices what is against the rules.
final class CheckHost {
    /// What was handed over, by id.
    struct Content: Equatable {
        var objects: [String: String] = [:]
        var edges = Set<String>()
    }

    struct Record {
        var lines: [String] = []
        var problems: [(field: String, text: String, detail: String)] = []
        var answers: [(name: String, value: String)] = []
        var saves: [(field: String, value: String)] = []
        var states: [[UInt8]] = []
        var content = Content()
        var emits = 0
        var emitsAfterStop = 0
        var waits = 0
        var flaws: [String] = []
        var stopped = false
    }

    var record = Record()
    let lock = Mutex(())
    /// What the n-th emit, checkpoint or wait is answered; from a refusal on, all are refused.
    var onEmit: (Int) -> Int = { _ in Int(ROLLCALL_OK) }
    var onCheckpoint: (Int) -> Int = { _ in Int(ROLLCALL_OK) }
    var onWait: (Int) -> Int = { _ in Int(ROLLCALL_OK) }
    var isInCall = false
    var isInSync = false
    let cancelled = Atomic<Bool>(false)
    let busy = Atomic<Int>(0)
    let cancelDescriptor = rollcall_eventfd()
    let table: UnsafeMutablePointer<rollcall_host>

    /// - Parameter longer: As a later version would be, with poison behind what this one knows.
    init(longer: Bool = false) {
        let size = MemoryLayout<rollcall_host>.size
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size + 64, alignment: 16)
        memset(memory, 0xA5, size + 64)
        table = memory.bindMemory(to: rollcall_host.self, capacity: 1)
        table.initialize(
            to: rollcall_host(
                struct_size: UInt32(longer ? size + 64 : size), abi: longer ? 0x0001_0063 : 0x0001_0000,
                product: rollcall_str(data: strdup("Rollcall/check"), len: 14), log: checkLog,
                cancelled: checkCancelled, cancel_fd: checkCancelDescriptor, wait: checkWait, problem: checkProblem,
                answer: checkAnswer, save: checkSave, emit: checkEmit, checkpoint: checkCheckpoint,
                progress: checkProgress, extension: checkExtension))
        current = self
    }

    func cancel() {
        cancelled.store(true, ordering: .sequentiallyConsistent)
        var one: UInt64 = 1
        write(cancelDescriptor, &one, 8)
    }

    func reset() { record = Record() }

    fileprivate func note(_ flaw: String) {
        if record.flaws.count < 20, !record.flaws.contains(flaw) { record.flaws.append(flaw) }
    }

    /// Runs a function marked [in call], noticing when it is none.
    fileprivate func inCall(_ name: String, sync: Bool = false, _ body: () -> Int) -> rollcall_status {
        if busy.add(1, ordering: .sequentiallyConsistent).oldValue > 0 {
            note("\(name) was called while another was running.")
        }
        defer { busy.subtract(1, ordering: .sequentiallyConsistent) }
        return lock.withLock { _ in
            guard isInCall else {
                note("\(name) was called after the call had returned.")
                return rollcall_status(ROLLCALL_FAILED)
            }
            if sync, !isInSync {
                note("\(name) was called outside of sync.")
                return rollcall_status(ROLLCALL_FAILED)
            }
            return rollcall_status(body())
        }
    }

    fileprivate func take(_ records: UnsafePointer<rollcall_record>?, _ count: Int) -> Int {
        record.emits += 1
        if record.stopped { record.emitsAfterStop += 1 }
        if cancelled.load(ordering: .sequentiallyConsistent) { record.stopped = true }
        let answer = record.stopped ? Int(ROLLCALL_CANCELLED) : onEmit(record.emits)
        guard answer == Int(ROLLCALL_OK) else {
            record.stopped = true
            return answer
        }
        guard count > 0, let records else { return answer }
        let stride = Int(records.pointee.struct_size)
        guard stride >= MemoryLayout<rollcall_record>.size else {
            note("a record says it has \(stride) bytes; the first version had \(MemoryLayout<rollcall_record>.size).")
            return Int(ROLLCALL_FAILED)
        }
        for index in 0..<count {
            let each = UnsafeRawPointer(records) + index * stride
            keep(each.assumingMemoryBound(to: rollcall_record.self).pointee)
        }
        return answer
    }

    private func keep(_ each: rollcall_record) {
        let id = each.id.string
        guard each.id.len > 0 else { return note("a record has an empty id.") }
        if each.id.len > RecordLimits.id { note("a record has an id of \(each.id.len) bytes.") }
        if !(1...3).contains(each.op) { note("a record has the op \(each.op).") }
        if !(1...5).contains(each.kind) { note("a record has the kind \(each.kind).") }
        var size = 0
        for pair in UnsafeBufferPointer(start: each.attrs, count: each.attr_count) {
            size += pair.name.len + pair.value.len
        }
        if size > RecordLimits.record { note("a record has \(size) bytes.") }
        if each.op == UInt16(ROLLCALL_DELETE), each.attr_count > 0 { note("a tombstone has attributes.") }
        if each.kind == UInt16(ROLLCALL_MEMBERSHIP) {
            if each.peer.len == 0 { note("a membership has no peer.") }
            let edge = "\(id)\u{0}\(each.peer.string)"
            if each.op == UInt16(ROLLCALL_DELETE) {
                record.content.edges.remove(edge)
            } else {
                record.content.edges.insert(edge)
            }
            return
        }
        if each.peer.len > 0 { note("a record that is no membership has a peer.") }
        if each.op == UInt16(ROLLCALL_DELETE) {
            record.content.objects[id] = nil
            return
        }
        var text = "\(each.kind)"
        for pair in UnsafeBufferPointer(start: each.attrs, count: each.attr_count) {
            text += "\u{0}\(pair.name.string)\u{1}\(pair.value.string)"
        }
        if let before = record.content.objects[id], before.utf8.first != text.utf8.first,
            each.op == UInt16(ROLLCALL_PUT)
        {
            note("the id \(id) came as two different kinds.")
        }
        record.content.objects[id] = text
    }
}

/// Set once a test, before the library is given the table.
nonisolated(unsafe) private var current: CheckHost?

private let checkLog: @convention(c) (OpaquePointer?, Int32, rollcall_str) -> Void = { _, _, line in
    guard let host = current else { return }
    host.lock.withLock { _ in if host.record.lines.count < 10_000 { host.record.lines.append(line.string) } }
}
private let checkCancelled: @convention(c) (OpaquePointer?) -> rollcall_status = { _ in
    current?.cancelled.load(ordering: .sequentiallyConsistent) == true
        ? rollcall_status(ROLLCALL_CANCELLED) : rollcall_status(ROLLCALL_OK)
}
private let checkCancelDescriptor: @convention(c) (OpaquePointer?) -> Int32 = { _ in current?.cancelDescriptor ?? -1 }
private let checkWait: @convention(c) (OpaquePointer?, UInt64) -> rollcall_status = { _, milliseconds in
    guard let host = current else { return rollcall_status(ROLLCALL_FAILED) }
    let answer = host.inCall("wait") {
        host.record.waits += 1
        return host.cancelled.load(ordering: .sequentiallyConsistent)
            ? Int(ROLLCALL_CANCELLED) : host.onWait(host.record.waits)
    }
    // Nobody is kept waiting by a test.
    usleep(UInt32(min(milliseconds, 20)) * 1000)
    return answer
}
private let checkProblem: @convention(c) (OpaquePointer?, rollcall_str, rollcall_str, rollcall_str) -> Void = {
    _, field, text, detail in
    _ = current?.inCall("problem") {
        current?.record.problems.append((field.string, text.string, detail.string))
        return 0
    }
}
private let checkAnswer: @convention(c) (OpaquePointer?, UnsafePointer<rollcall_pair>?, Int) -> rollcall_status = {
    _, pairs, count in
    guard let host = current else { return rollcall_status(ROLLCALL_FAILED) }
    return host.inCall("answer") {
        for pair in UnsafeBufferPointer(start: pairs, count: count) {
            host.record.answers.append((pair.name.string, pair.value.string))
        }
        return Int(ROLLCALL_OK)
    }
}
private let checkSave: @convention(c) (OpaquePointer?, rollcall_str, rollcall_str) -> rollcall_status = {
    _, field, value in
    guard let host = current else { return rollcall_status(ROLLCALL_FAILED) }
    return host.inCall("save") {
        host.record.saves.append((field.string, value.string))
        return Int(ROLLCALL_OK)
    }
}
private let checkEmit: @convention(c) (OpaquePointer?, UnsafePointer<rollcall_record>?, Int) -> rollcall_status = {
    _, records, count in
    guard let host = current else { return rollcall_status(ROLLCALL_FAILED) }
    return host.inCall("emit", sync: true) { host.take(records, count) }
}
private let checkCheckpoint: @convention(c) (OpaquePointer?, rollcall_str) -> rollcall_status = { _, state in
    guard let host = current else { return rollcall_status(ROLLCALL_FAILED) }
    return host.inCall("checkpoint", sync: true) {
        if state.len > FrameLimits.state { host.note("a state has \(state.len) bytes; 64 KiB are allowed.") }
        if host.record.stopped { return Int(ROLLCALL_CANCELLED) }
        host.record.states.append(Array(state.raw))
        let answer = host.onCheckpoint(host.record.states.count)
        if answer != Int(ROLLCALL_OK) { host.record.stopped = true }
        return answer
    }
}
private let checkProgress: @convention(c) (OpaquePointer?, UInt64, UInt64) -> Void = { _, _, _ in }
private let checkExtension: @convention(c) (rollcall_str) -> UnsafeRawPointer? = { _ in nil }
