/// A host in the same process, for tests of connectors: it drives one through its C table, as the worker does, and
/// keeps what it was told. What is lent is copied out and then forgotten, so a wrong lifetime shows under a sanitizer.

package import ConnectorKit
internal import CRollcall

package final class TestHost {
    package struct Record: Equatable, CustomStringConvertible {
        package var operation: UInt16
        package var kind: RecordKind
        package var id: String
        package var peer: String
        package var attributes: [[String]]

        /// `user u1 mail=a@x.y`
        package var description: String {
            var text = "\(operation == 1 ? "" : "op\(operation) ")\(kind) \(id)"
            if !peer.isEmpty { text += " < \(peer)" }
            for attribute in attributes { text += " \(attribute[0])=\(attribute[1])" }
            return text
        }
    }

    package struct Problem: Equatable {
        package var field: String
        package var text: String
        package var detail: String

        package init(field: String, text: String, detail: String) {
            self.field = field
            self.text = text
            self.detail = detail
        }
    }

    package private(set) var records: [Record] = []
    package private(set) var problems: [Problem] = []
    package private(set) var answers: [String: String] = [:]
    package private(set) var saved: [String: String] = [:]
    package private(set) var states: [[UInt8]] = []
    package private(set) var waits: [UInt64] = []
    package private(set) var lines: [String] = []
    package private(set) var asked: [String] = []

    /// What `emit` answers to its n-th call (from 0).
    package var emitAnswer: (Int) -> Status = { _ in .ok }
    /// What `cancelled` answers when asked for the n-th time (from 0).
    package var isCancelled: (Int) -> Bool = { _ in false }
    /// Addresses that the networks do not allow.
    package var forbidden: Set<String> = []

    private var emits = 0
    private var questions = 0

    package init() {}

    package func clear() {
        records = []
        problems = []
        answers = [:]
    }

    /// Everything emitted, a line each, in the order of arrival, without the places.
    package var text: [String] {
        records.map { record in
            var record = record
            record.attributes.removeAll { $0[0] == "where" }
            return record.description
        }
    }

    // MARK: What the table calls

    fileprivate func emit(_ records: UnsafePointer<rollcall_record>?, _ count: Int) -> rollcall_status {
        let answer = emitAnswer(emits)
        emits += 1
        guard answer == .ok, let records else { return answer.rawValue }
        for index in 0..<count {
            let record = records[index]
            var attributes: [[String]] = []
            for attribute in 0..<record.attr_count {
                guard let pair = record.attrs?[attribute] else { continue }
                attributes.append([string(pair.name), string(pair.value)])
            }
            self.records.append(
                Record(
                    operation: record.op, kind: RecordKind(rawValue: record.kind) ?? .user, id: string(record.id),
                    peer: string(record.peer), attributes: attributes))
        }
        return answer.rawValue
    }

    fileprivate func answerCancelled() -> rollcall_status {
        defer { questions += 1 }
        return (isCancelled(questions) ? Status.cancelled : .ok).rawValue
    }

    fileprivate func add(line: String) { lines.append(line) }
    fileprivate func add(wait: UInt64) { waits.append(wait) }
    fileprivate func add(_ problem: Problem) { problems.append(problem) }
    fileprivate func add(answer name: String, _ value: String) { answers[name] = value }
    fileprivate func add(saved name: String, _ value: String) { saved[name] = value }
    fileprivate func add(state: [UInt8]) { states.append(state) }

    fileprivate func permits(_ address: String) -> Bool {
        asked.append(address)
        return !forbidden.contains(address)
    }
}

private func string(_ text: rollcall_str) -> String {
    String(decoding: UnsafeRawBufferPointer(start: text.data, count: text.data == nil ? 0 : text.len), as: UTF8.self)
}

/// The context of a call is the host itself, which outlives the call.
private func host(_ context: OpaquePointer?) -> TestHost? {
    context.map { Unmanaged<TestHost>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
}

/// Made once and never changed: a library keeps the pointer for ever.
nonisolated(unsafe) private let network: UnsafeMutablePointer<rollcall_network> = {
    let table = UnsafeMutablePointer<rollcall_network>.allocate(capacity: 1)
    table.initialize(
        to: rollcall_network(
            struct_size: UInt32(MemoryLayout<rollcall_network>.size), reserved: 0,
            permits: { (host($0)?.permits(string($1)) ?? true) ? Status.ok.rawValue : Status.denied.rawValue }))
    return table
}()

/// The same, for the host's own table.
nonisolated(unsafe) package let hostTable: UnsafeRawPointer = {
    let table = UnsafeMutablePointer<rollcall_host>.allocate(capacity: 1)
    var host = rollcall_host()
    host.struct_size = UInt32(MemoryLayout<rollcall_host>.size)
    host.abi = UInt32(ROLLCALL_ABI)
    fill(&host)
    table.initialize(to: host)
    return UnsafeRawPointer(table)
}()

private func fill(_ table: inout rollcall_host) {
    table.log = { host($0)?.add(line: "\($1) \(string($2))") }
    table.cancelled = { host($0)?.answerCancelled() ?? 0 }
    table.cancel_fd = { _ in -1 }
    table.wait = { context, milliseconds in
        host(context)?.add(wait: milliseconds)
        return Status.ok.rawValue
    }
    table.problem = { host($0)?.add(.init(field: string($1), text: string($2), detail: string($3))) }
    table.answer = { context, pairs, count in
        for index in 0..<count {
            if let pair = pairs?[index] { host(context)?.add(answer: string(pair.name), string(pair.value)) }
        }
        return Status.ok.rawValue
    }
    table.save = { context, field, value in
        host(context)?.add(saved: string(field), string(value))
        return Status.ok.rawValue
    }
    table.emit = { host($0)?.emit($1, $2) ?? Status.failed.rawValue }
    table.checkpoint = { context, state in
        host(context)?.add(state: Array(UnsafeRawBufferPointer(start: state.data, count: state.len)))
        return Status.ok.rawValue
    }
    table.progress = { _, _, _ in }
    table.extension = { string($0) == "network/1" ? UnsafeRawPointer(network) : nil }
}
