/// A host in the same process, for tests of connectors: it drives one through its C table, as the worker does, and
/// keeps what it was told. What is lent is copied out and then forgotten, so a wrong lifetime shows under a sanitizer.

package import ConnectorKit
package import CRollcall

package final class TestHost: HostSide {
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

    package func emit(_ records: UnsafePointer<rollcall_record>?, _ count: Int) -> rollcall_status {
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

    package func cancelled() -> rollcall_status {
        defer { questions += 1 }
        return (isCancelled(questions) ? Status.cancelled : .ok).rawValue
    }

    package func log(_ level: Int32, _ line: String) { lines.append("\(level) \(line)") }
    package func problem(_ field: String, _ text: String, _ detail: String) {
        problems.append(.init(field: field, text: text, detail: detail))
    }
    package func answer(_ name: String, _ value: String) { answers[name] = value }
    package func save(_ field: String, _ value: String) { saved[field] = value }
    package func checkpoint(_ state: [UInt8]) { states.append(state) }

    package func wait(_ milliseconds: UInt64) -> rollcall_status {
        waits.append(milliseconds)
        return Status.ok.rawValue
    }

    package func permits(_ address: String) -> Bool {
        asked.append(address)
        return !forbidden.contains(address)
    }
}

private func string(_ text: rollcall_str) -> String {
    String(decoding: UnsafeRawBufferPointer(start: text.data, count: text.data == nil ? 0 : text.len), as: UTF8.self)
}
