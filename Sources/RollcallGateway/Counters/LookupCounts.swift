internal import Synchronization

/// What all threads have counted. Answers stay here for `/metrics`; hits wait here for whoever writes them to the store,
/// and are dropped when that takes too long: nobody waits for a counter.
package final class LookupCounts: Sendable {
    package struct Answers: Sendable, Equatable {
        package let map: GatewayMap
        package let word: AnswerWord
        package let count: UInt64
    }

    /// Hits and refusals of one domain.
    package struct DomainHits: Sendable {
        package var hits: [[UInt8]: UInt64] = [:]
        package var refused: UInt64 = 0
    }

    private struct State {
        var answers = [UInt64](repeating: 0, count: GatewayMap.allCases.count * AnswerWord.allCases.count)
        var unmanaged: UInt64 = 0
        var connections = 0
        var waiting: [LookupTally] = []
        var waitingHits = 0
        var dropped: UInt64 = 0
    }

    /// Addresses that may wait; at some fifty bytes each.
    private static let most = 100_000

    private let state = Mutex(State())

    package init() {}

    func add(_ tally: LookupTally, connections: Int) {
        state.withLock { state in
            state.connections = connections
            guard !tally.isEmpty else { return }
            for (index, count) in tally.answers.enumerated() { state.answers[index] += count }
            state.unmanaged += tally.unmanaged
            guard !tally.hits.isEmpty || !tally.refused.isEmpty else { return }
            guard state.waitingHits + tally.hits.count <= Self.most else {
                state.dropped += UInt64(tally.hits.count)
                return
            }
            state.waitingHits += tally.hits.count
            state.waiting.append(tally)
        }
    }

    package var answers: [Answers] {
        let counts = state.withLock { $0.answers }
        return GatewayMap.allCases.flatMap { map in
            AnswerWord.allCases.map { word in
                Answers(
                    map: map, word: word, count: counts[map.number * AnswerWord.allCases.count + Int(word.rawValue)])
            }
        }
    }

    /// Recipients asked for in domains that nobody manages here.
    package var unmanaged: UInt64 { state.withLock { $0.unmanaged } }
    package var connections: Int { state.withLock { $0.connections } }
    /// Addresses whose hits were not kept because the store was away.
    package var dropped: UInt64 { state.withLock { $0.dropped } }
    /// How many addresses' hits wait to be written.
    package var waiting: Int { state.withLock { $0.waitingHits } }

    /// Hands out what waits, by the domains' names; it is gone from here then.
    package func take() -> [String: DomainHits] {
        let tallies = state.withLock { state in
            defer {
                state.waiting = []
                state.waitingHits = 0
            }
            return state.waiting
        }
        var all: [String: DomainHits] = [:]
        for tally in tallies {
            for (number, count) in tally.hits {
                let book = tally.books.snapshots[Int(number >> 32)]
                guard let record = book.record(at: UInt32(truncatingIfNeeded: number)) else { continue }
                all[book.name, default: DomainHits()].hits[Array(record.local), default: 0] += UInt64(count)
            }
            for (domain, count) in tally.refused {
                all[tally.books.snapshots[domain].name, default: DomainHits()].refused += count
            }
        }
        return all
    }
}
