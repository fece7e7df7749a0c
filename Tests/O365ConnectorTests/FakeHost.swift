/// The host's side of the interface, in memory: it calls the connector through its C table, keeps a mirror by the rules of
/// the header, and remembers what it was told.
import CRollcall
import ConnectorKit
import ConnectorTesting
import Foundation
import O365Directory
import TestSupport
import Testing

final class FakeHost: HostSide {
    struct Object: Equatable {
        var kind: UInt16
        var attributes: [String: [String]]
    }

    // What the host keeps.
    var objects: [String: Object] = [:]
    var edges: Set<String> = []
    var state: [UInt8] = []

    // What it was told in the last call.
    var problems: [(field: String, text: String, detail: String)] = []
    var answers: [(String, String)] = []
    var saved: [(String, String)] = []
    var waits: [UInt64] = []
    var deleted = 0
    var emitted = 0
    var logLines: [String] = []
    var checkpointed: [UInt8]?
    private var seenObjects: Set<String> = []
    private var seenEdges: Set<String> = []

    var longestWait: UInt64 = 900_000
    var cancelAfterRecords = Int.max
    var cancelAfterWaits = Int.max
    var denies: (String) -> Bool = { _ in false }

    var text: String { problems.last?.text ?? "" }
    var field: String { problems.last?.field ?? "" }
    func answer(_ name: String) -> String? { answers.last { $0.0 == name }?.1 }

    /// Runs `body` with an instance of the connector.
    func withConnector(
        _ settings: [(String, String)], _ body: (UnsafeMutableRawPointer, UnsafePointer<rollcall_connector>) -> Int32
    ) -> Status {
        guard let table = connectorTable(O365.self) else { return .failed }
        problems = []
        answers = []
        saved = []
        waits = []
        deleted = 0
        emitted = 0
        var instance: UnsafeMutableRawPointer?
        let opened = withPairs(settings) { table.pointee.open(context, $0, $1, &instance) }
        guard opened == 0, let instance else { return Status(rawValue: opened) ?? .failed }
        defer { table.pointee.close(instance) }
        return Status(rawValue: body(instance, table)) ?? .failed
    }

    func call(_ method: String, _ arguments: [(String, String)] = [], _ settings: [(String, String)]) -> Status {
        withConnector(settings) { instance, table in
            withPairs(arguments) { pairs, count in
                withText(method) { table.pointee.call(instance, context, $0, pairs, count) }
            }
        }
    }

    /// Delta where there is a state, with the full read that it may ask for; as the host does it.
    func sync(_ settings: [(String, String)], full: Bool = false) -> Status {
        withConnector(settings) { instance, table in
            var isFull = full || state.isEmpty
            while true {
                let status = read(instance, table, isFull)
                guard status == ROLLCALL_NEED_FULL, !isFull else { return status }
                isFull = true
                problems = []
            }
        }
    }

    var fulls = 0

    private func read(_ instance: UnsafeMutableRawPointer, _ table: UnsafePointer<rollcall_connector>, _ isFull: Bool)
        -> Int32
    {
        let (before, beforeEdges) = (objects, edges)
        seenObjects = []
        seenEdges = []
        checkpointed = nil
        if isFull { fulls += 1 }
        let state = isFull ? [] : state
        let status = state.withUnsafeBytes { bytes in
            var request = rollcall_request(
                struct_size: UInt32(MemoryLayout<rollcall_request>.size),
                mode: UInt32(isFull ? ROLLCALL_FULL : ROLLCALL_DELTA),
                state: rollcall_str(data: bytes.baseAddress?.assumingMemoryBound(to: CChar.self), len: bytes.count))
            return table.pointee.sync(instance, context, &request)
        }
        guard status == 0 else {
            // Nothing of a read that did not end well is kept here; the product may keep records, never a sweep.
            (objects, edges) = (before, beforeEdges)
            return status
        }
        if isFull {
            deleted += objects.keys.filter { !seenObjects.contains($0) }.count
            objects = objects.filter { seenObjects.contains($0.key) }
            edges = edges.filter { seenEdges.contains($0) }
        }
        if let checkpointed { self.state = checkpointed }
        return status
    }

    // MARK: What the connector says

    func log(_ level: Int32, _ line: String) { logLines.append(line) }
    func problem(_ field: String, _ text: String, _ detail: String) { problems.append((field, text, detail)) }
    func answer(_ name: String, _ value: String) { answers.append((name, value)) }
    func save(_ field: String, _ value: String) { saved.append((field, value)) }
    func checkpoint(_ state: [UInt8]) { checkpointed = state }
    func permits(_ address: String) -> Bool { true }

    func cancelled() -> rollcall_status {
        emitted > cancelAfterRecords || waits.count > cancelAfterWaits ? Status.cancelled.rawValue : Status.ok.rawValue
    }

    func wait(_ milliseconds: UInt64) -> rollcall_status {
        waits.append(milliseconds)
        if waits.count > cancelAfterWaits { return Status.cancelled.rawValue }
        return milliseconds > longestWait ? Status.unavailable.rawValue : Status.ok.rawValue
    }

    func emit(_ records: UnsafePointer<rollcall_record>?, _ count: Int) -> rollcall_status {
        if emitted > cancelAfterRecords { return Status.cancelled.rawValue }
        for record in UnsafeBufferPointer(start: records, count: count) { take(record) }
        return Status.ok.rawValue
    }

    private func take(_ record: rollcall_record) {
        emitted += 1
        let id = String(record.id)
        if record.kind == ROLLCALL_MEMBERSHIP {
            let edge = "\(id) \(String(record.peer))"
            if record.op == ROLLCALL_DELETE {
                edges.remove(edge)
                seenEdges.remove(edge)
            } else {
                edges.insert(edge)
                seenEdges.insert(edge)
            }
            return
        }
        var attributes: [String: [String]] = [:]
        for pair in UnsafeBufferPointer(start: record.attrs, count: record.attr_count) {
            attributes[String(pair.name), default: []].append(String(pair.value))
        }
        switch Int(record.op) {
        case ROLLCALL_PUT: objects[id] = Object(kind: record.kind, attributes: attributes)
        case ROLLCALL_PATCH:
            var object = objects[id] ?? Object(kind: record.kind, attributes: [:])
            for (name, values) in attributes { object.attributes[name] = values == [""] ? nil : values }
            objects[id] = object
        default:
            if objects.removeValue(forKey: id) != nil { deleted += 1 }
            seenObjects.remove(id)
            if record.kind == ROLLCALL_GROUP { edges = edges.filter { !$0.hasPrefix(id + " ") } }
            return
        }
        seenObjects.insert(id)
    }

    // MARK: Against the tenant

    func expectEqual(_ simulator: Simulator, _ place: String = "", _ at: SourceLocation = #_sourceLocation) throws {
        let found = differences(try simulator.send("mirror"))
        #expect(found.isEmpty, "\(place) \(found)", sourceLocation: at)
    }

    /// Where mirror and tenant differ, in a few words; empty where they agree.
    func differences(_ truth: [String: Any]) -> [String] {
        var found: [String] = []
        let real = truth["objects"] as? [String: [String: Any]] ?? [:]
        for id in real.keys where objects[id] == nil { found.append("missing \(id)") }
        for (id, object) in objects {
            guard let there = real[id] else {
                found.append("ghost \(id)")
                continue
            }
            if object.attributes["mail"]?.first ?? "" != there["mail"] as? String { found.append("mail of \(id)") }
            if object.attributes["proxyAddress"] ?? [] != there["proxies"] as? [String] {
                found.append("proxies of \(id)")
            }
            if object.attributes["displayName"]?.first ?? "" != there["name"] as? String {
                found.append("name of \(id)")
            }
        }
        // An edge counts where both its ends live.
        let live = edges.filter { edge in edge.split(separator: " ").allSatisfy { objects[String($0)] != nil } }
        let wanted = Set(truth["edges"] as? [String] ?? [])
        for edge in wanted.subtracting(live) { found.append("no edge \(edge)") }
        for edge in live.subtracting(wanted) { found.append("extra edge \(edge)") }
        return Array(found.prefix(8))
    }
}

extension String {
    init(_ text: rollcall_str) {
        self.init(
            decoding: UnsafeRawBufferPointer(start: text.len == 0 ? nil : text.data, count: text.len), as: UTF8.self)
    }
}

private func withText<R>(_ text: String, _ body: (rollcall_str) -> R) -> R {
    var text = text
    return text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { body(rollcall_str(data: $0.baseAddress, len: $0.count)) }
    }
}

private func withPairs<R>(_ pairs: [(String, String)], _ body: (UnsafePointer<rollcall_pair>?, Int) -> R) -> R {
    // Kept until the call is over, then freed.
    var owned: [UnsafeMutableBufferPointer<CChar>] = []
    func text(_ text: String) -> rollcall_str {
        let bytes = Array(text.utf8)
        let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: max(1, bytes.count))
        for (index, byte) in bytes.enumerated() { copy[index] = CChar(bitPattern: byte) }
        owned.append(copy)
        return rollcall_str(data: UnsafePointer(copy.baseAddress), len: bytes.count)
    }
    let list = pairs.map { rollcall_pair(name: text($0.0), value: text($0.1)) }
    defer { for each in owned { each.deallocate() } }
    return list.withUnsafeBufferPointer { body($0.baseAddress, $0.count) }
}
