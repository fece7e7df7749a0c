internal import RollcallCore
internal import RollcallStore

/// What a plan puts into the book: entries that are new, and those that change.
final class BookAdditions {
    private let writer: BookWriter
    private let graceEnd: Int64
    private let sequence: Int64
    private var since: [UInt8] = []

    /// - `graceEnd`: the end of a grace that begins now.
    /// - `sequence`: the number of the run that brings new addresses.
    init(_ db: any Database, domain: Int64, graceEnd: Int64, sequence: Int64) throws {
        writer = try BookWriter(db, domain: domain)
        self.graceEnd = graceEnd
        self.sequence = sequence
    }

    /// A chunk of the plan.
    func put(_ data: UnsafeRawBufferPointer, chunk: Int, of run: String) throws {
        try PlanReader.forEachItem(in: data, chunk, run: run) { try put($0.view) }
    }

    func put(_ view: ChangeView) throws {
        guard let after = view.after else { return }
        // An addition has nothing to fill in but the run: the bulk of a first sync, kept free of Strings.
        if view.before == nil, after.grace.isEmpty, view.reason == .appeared {
            stamp(after.since)
            try since.withUnsafeBytes {
                try writer.upsert(
                    key: after.key, owner: after.owner, objectID: after.objectID, kind: after.content.first ?? 0,
                    state: 0, until: nil, content: after.content, grace: after.grace, since: $0)
            }
        } else if let entry = after.entry?.stamped(until: graceEnd, run: sequence) {
            try writer.put(entry)
        }
    }

    private func stamp(_ planned: UnsafeRawBufferPointer) {
        since.removeAll(keepingCapacity: true)
        var reader = ByteReader(planned)
        guard let count = reader.varint() else { return }
        since.append(varint: count)
        while let run = reader.varint() { since.append(varint: run == 0 ? UInt64(bitPattern: sequence) : run) }
    }
}
