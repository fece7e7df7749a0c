internal import RollcallCore
internal import RollcallStore

/// Reads a saved plan, change by change, in the order in which it was made.
enum PlanReader {
    /// One change where it lies, and its place: the part of the plan, and the how manieth change of it.
    struct Item {
        let chunk: Int
        let index: Int
        let view: ChangeView
        let bytes: UnsafeRawBufferPointer
    }

    static func forEachChange(_ db: any Database, run: String, _ body: (ChangeView) throws -> Void) throws {
        try forEachItem(db, run: run) { try body($0.view) }
    }

    /// From a part on; those of which `isWanted` says no are not taken apart.
    static func forEachItem(
        _ db: any Database, run: String, from first: Int = 0,
        where isWanted: (UnsafeRawBufferPointer) -> Bool = { _ in true }, _ body: (Item) throws -> Void
    ) throws {
        try RunChanges.each(db, run: run, from: first) { chunk, data in
            guard isWanted(data) else { return }
            try forEachItem(in: data, chunk, run: run, body)
        }
    }

    /// Of one part of the plan.
    static func forEachItem(
        in data: UnsafeRawBufferPointer, _ chunk: Int, run: String, _ body: (Item) throws -> Void
    ) throws {
        var reader = ByteReader(data)
        var index = 0
        while !reader.isAtEnd {
            let all = reader.rest
            guard let view = ChangeView(&reader) else {
                throw StoreError(.corrupt, "the plan of run \(run) is damaged", hint: "run `rollcall store check`")
            }
            let bytes = UnsafeRawBufferPointer(rebasing: all[..<(all.count - reader.rest.count)])
            try body(Item(chunk: chunk, index: index, view: view, bytes: bytes))
            index += 1
        }
    }
}
