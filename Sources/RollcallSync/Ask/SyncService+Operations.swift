package import RollcallCore
internal import RollcallStore

/// Where a page of operations begins: a part of the plan, a change of that part, an operation of that change. Going on
/// costs the same on the first page and on the thousandth.
package struct OperationPlace: Equatable, Sendable, CustomStringConvertible {
    package var chunk = 0
    package var change = 0
    package var operation = 0

    package static let start = OperationPlace()

    /// `nil` for what is no place; one behind the plan's end is a place where nothing is.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
        guard parts.count == 3, parts.allSatisfy({ $0 >= 0 }) else { return nil }
        (chunk, change, operation) = (parts[0], parts[1], parts[2])
    }

    package init(chunk: Int = 0, change: Int = 0, operation: Int = 0) {
        (self.chunk, self.change, self.operation) = (chunk, change, operation)
    }

    package var description: String { "\(chunk)-\(change)-\(operation)" }
}

extension SyncService {
    private struct Enough: Error {}

    /// A page of a run's operations, and where the next one begins, if there is one.
    package func operations(
        run id: String, _ filter: OperationFilter, from place: OperationPlace = .start, limit: Int
    ) throws -> (items: [Operation], next: OperationPlace?) {
        let run = try find(run: id).summary
        var items: [Operation] = []
        var next: OperationPlace?
        guard limit > 0, filter.count(in: run.counts) != 0 else { return (items, next) }
        let now = environment.now()
        try environment.store.read { db in
            let hits = try OperationHits(db, domain: run.domain, at: now)
            do {
                try PlanReader.forEachItem(db, run: id, from: place.chunk, where: filter.mayBe(in:)) { item in
                    let isFirst = item.chunk == place.chunk
                    guard !isFirst || item.index >= place.change, filter.mayBe(in: item.view, item.bytes) else {
                        return
                    }
                    var here = OperationPlace(chunk: item.chunk, change: item.index, operation: -1)
                    try item.view.change.forEachOperation { operation in
                        here.operation += 1
                        guard !isFirst || here.change > place.change || here.operation >= place.operation,
                            filter.matches(operation)
                        else { return }
                        guard items.count < limit else {
                            next = here
                            throw Enough()
                        }
                        items.append(try hits.filled(operation))
                    }
                }
            } catch is Enough {}
        }
        return (items, next)
    }
}
