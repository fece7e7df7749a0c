internal import RollcallCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `rollcall connector try`: one sync of a library that need not be installed, each record as a line of JSON. For
/// authors: no store, no domain, nothing kept.
package struct ConnectorTry {
    private let executable: String

    package init(executable: String) { self.executable = executable }

    /// Reads with `settings` and hands each line, without its end, to `line`. The state that the sync left is the last
    /// line, `{"state":…}` in base64.
    ///
    /// - Parameter state: Of an earlier try: reads only what has changed since.
    package func run(
        _ library: String, settings: [String: String], secrets: [(name: String, value: String)] = [],
        state: [UInt8]? = nil, networks: NetworkPolicy = .any,
        environment: [(name: String, value: String)] = [], log: @escaping (LogLevel, String) -> Void,
        line: @escaping ([UInt8]) throws -> Void
    ) throws(ConnectorFailure) -> SyncEnd {
        let info = try Catalog.describe(library, executable: executable)
        let given: [(name: String, value: String)]
        if let tab = info.tab {
            if let problem = tab.validate(settings: settings, secrets: Set(secrets.map(\.name))).first {
                throw ConnectorFailure(problem, hint: "Give it with --set \(problem.field ?? "FIELD")=VALUE.")
            }
            given = tab.effective(settings: settings)
        } else {
            given = settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
        let worker = try Worker(
            info, settings: given, secrets: secrets, networks: networks, executable: executable,
            environment: environment)
        defer { worker.close() }
        let observer = Observer(log: log, line: line)
        return try worker.sync(mode: state == nil ? .full : .delta, state: state ?? [], observer: observer)
    }

    private final class Observer: WorkerObserver {
        let sink: ([UInt8]) throws -> Void
        let logger: (LogLevel, String) -> Void

        init(log: @escaping (LogLevel, String) -> Void, line: @escaping ([UInt8]) throws -> Void) {
            sink = line
            logger = log
        }

        func records(_ body: UnsafeRawBufferPointer) throws {
            var reader = RecordReader(body)
            while let record = try reader.next() { try sink(RecordLine.json(record)) }
        }

        func checkpoint(_ state: [UInt8]) throws {
            try sink(Array("{\"state\":\"\(Data(state).base64EncodedString())\"}".utf8))
        }

        func save(field: String, value: String) throws {
            // Not the value: it may be a secret.
            try sink(Array("{\"save\":\(RecordLine.quoted(Array(field.utf8)))}".utf8))
        }

        func log(level: LogLevel, line: String) { logger(level, line) }
    }
}

/// A record as JSON. Attributes are lists of values, in the order in which they came.
enum RecordLine {
    static func json(_ record: RecordView) -> [UInt8] {
        var names: [[UInt8]] = []
        var values: [[UInt8]: [[UInt8]]] = [:]
        for attribute in record.attributes {
            let name = Array(attribute.name)
            if values[name] == nil { names.append(name) }
            values[name, default: []].append(Array(attribute.value))
        }
        var out = "{\"op\":\"\(record.op)\",\"kind\":\"\(record.kind.map { "\($0)" } ?? "unknown")\""
        out += ",\"id\":\(quoted(Array(record.id)))"
        if !record.peer.isEmpty { out += ",\"peer\":\(quoted(Array(record.peer)))" }
        let attributes = names.map { name in
            "\(quoted(name)):[\((values[name] ?? []).map { quoted($0, of: name) }.joined(separator: ","))]"
        }
        out += ",\"attributes\":{\(attributes.joined(separator: ","))}}"
        return Array(out.utf8)
    }

    /// A JSON string; bytes, in base64, for an attribute that is declared to hold them.
    static func quoted(_ bytes: [UInt8], of name: [UInt8] = []) -> String {
        if name.suffix(7).elementsEqual(";binary".utf8) { return "\"\(Data(bytes).base64EncodedString())\"" }
        var out = "\""
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
