internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// A run's operations, read from its saved plan one by one: a first sync can have a million.
enum RunOperations {
    static func each(_ db: any Database, _ run: RunSummary, _ body: (Operation) throws -> Void) throws {
        let hits = try OperationHits(db, domain: run.domain, at: Session.clock())
        try RunChanges.each(db, run: run.id) { chunk, data in
            var reader = ByteReader(data)
            while !reader.isAtEnd {
                guard let view = ChangeView(&reader) else {
                    throw StoreError(
                        .corrupt, "part \(chunk) of the plan of run \(run.id) cannot be read", hint: "restore a backup")
                }
                try view.change.forEachOperation { try body(hits.filled($0)) }
            }
        }
    }

    static func line(_ operation: Operation) -> String {
        let sign =
            switch operation.op {
            case .add: "+"
            case .update: "~"
            case .delete: "-"
            case .move: ">"
            }
        var text = "\(sign) \(operation.what.rawValue) \(operation.address)"
        if let of = operation.of { text += operation.op == .move ? " to \(of)" : " of \(of)" }
        if let from = operation.before?.of { text += ", from \(from)" }
        let changes = [
            change("address", operation.before?.address, operation.after?.address),
            change("kind", operation.before?.kind, operation.after?.kind),
            change("name", operation.before?.name, operation.after?.name),
        ].compactMap { $0 }
        if operation.op == .update, !changes.isEmpty { text += ": " + changes.joined(separator: ", ") }
        if let lookups = operation.lookups, lookups > 0 {
            text += ", \(Counted.text(lookups, "lookup")) in the last 7 days"
        }
        return shown("\(text)  (\(operation.reason))")
    }

    private static func change(_ what: String, _ before: String?, _ after: String?) -> String? {
        before == after ? nil : "\(what) \(before ?? "none") to \(after ?? "none")"
    }
}
