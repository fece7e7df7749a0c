internal import RollcallCore
internal import RollcallStore

/// Writes a saved plan into the book, within the transaction that it is given: first what goes or changes its key, then
/// what comes, so that addresses may be swapped.
struct BookApplier {
    let db: any Database
    let domain: Int64
    /// The end of a grace that begins now, and the number of the run that brings new addresses.
    let graceEnd: Int64
    let sequence: Int64

    func apply(run: String) throws {
        let writer = try BookWriter(db, domain: domain)
        var hasRemovals = false
        try forEachChange(of: run) { view in if view.before != nil { hasRemovals = true } }
        if hasRemovals {
            try forEachChange(of: run) { view in
                guard let before = view.before else { return }
                if let after = view.after, after.key.isEqual(to: before.key) { return }
                try writer.delete(key: before.key)
            }
        }
        var since: [UInt8] = []
        try forEachChange(of: run) { view in
            guard let after = view.after else { return }
            // An addition has nothing to fill in but the run: the bulk of a first sync, kept free of Strings.
            if view.before == nil, after.grace.isEmpty, view.reason == .appeared {
                stamp(after.since, into: &since)
                try since.withUnsafeBytes {
                    try writer.upsert(
                        key: after.key, owner: after.owner, objectID: after.objectID,
                        kind: after.content.first ?? 0, state: 0, until: nil, content: after.content,
                        grace: after.grace, since: $0)
                }
            } else if let entry = after.entry?.stamped(until: graceEnd, run: sequence) {
                try writer.put(entry)
            }
        }
    }

    private func stamp(_ planned: UnsafeRawBufferPointer, into since: inout [UInt8]) {
        since.removeAll(keepingCapacity: true)
        var reader = ByteReader(planned)
        guard let count = reader.varint() else { return }
        since.append(varint: count)
        while let run = reader.varint() { since.append(varint: run == 0 ? UInt64(bitPattern: sequence) : run) }
    }

    private func forEachChange(of run: String, _ body: (ChangeView) throws -> Void) throws {
        try PlanReader.forEachChange(db, run: run, body)
    }
}
