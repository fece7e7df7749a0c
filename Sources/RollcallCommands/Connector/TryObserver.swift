internal import FoundationEssentials
internal import RollcallConnectors
internal import RollcallCore

/// Prints what a connector does as it does it: records, checkpoints, what it saves, how it ended.
final class TryObserver: WorkerObserver {
    private struct Record: Encodable {
        let op: String
        let kind: String
        let id: String
        let peer: String?
        /// In the connector's order; a name may repeat.
        let attributes: [[String]]
    }

    private struct Ending: Encodable {
        let status: String
        let records: Int
        let problems: [Problem]
    }

    private let console: Console
    private let journal: LogLines
    private let source: String
    private var count = 0
    private var lines: [UInt8] = []

    init(_ session: Session, source: String) {
        console = session.console
        journal = LogLines(session)
        self.source = source
    }

    func records(_ body: UnsafeRawBufferPointer) throws {
        var reader = RecordReader(body)
        while let record = try reader.next() {
            count += 1
            let document = Record(
                op: Self.name(record.op), kind: record.kind.map(Self.name) ?? "unknown", id: Self.text(record.id),
                peer: record.peer.isEmpty ? nil : Self.text(record.peer),
                attributes: record.attributes.map { [Self.text($0.name), Self.text($0.value)] })
            try print(document)
        }
        try flush()
    }

    func checkpoint(_ state: [UInt8]) throws {
        try print(["checkpoint": Data(state).base64EncodedString()])
        try flush()
    }

    func save(field: String, value: String) throws {
        // The value may be a secret.
        try print(["save": field])
        try flush()
    }

    func log(level: LogLevel, line: String) { journal.write(level, source: source, line) }

    func end(_ end: SyncEnd) throws {
        try print(Ending(status: "\(end.status)", records: count, problems: end.problems))
        try flush()
    }

    private func print(_ document: some Encodable) throws { lines += try JSONText.encode(document, pretty: false) }

    private func flush() throws {
        try console.answer(lines)
        lines.removeAll(keepingCapacity: true)
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func name(_ op: RecordOp) -> String {
        switch op {
        case .put: "put"
        case .patch: "patch"
        case .delete: "delete"
        }
    }

    private static func name(_ kind: RecordKind) -> String {
        switch kind {
        case .user: "user"
        case .group: "group"
        case .contact: "contact"
        case .resource: "resource"
        case .membership: "membership"
        }
    }
}
