/// What one thread has counted since it last handed over: answers by map and word, hits by record, and what enforcement
/// would have refused. Small numbers by number; names are looked up later, by another thread.
struct LookupTally {
    private(set) var answers = [UInt64](repeating: 0, count: GatewayMap.allCases.count * AnswerWord.allCases.count)
    /// Domain's number among the books << 32 | record.
    private(set) var hits: [UInt64: UInt32] = [:]
    private(set) var refused: [Int: UInt64] = [:]
    private(set) var unmanaged: UInt64 = 0
    private(set) var isEmpty = true
    /// Those that the numbers are of.
    private(set) var books: Books = .none

    @inline(__always)
    mutating func count(_ map: GatewayMap, _ word: AnswerWord) {
        isEmpty = false
        answers[map.number * AnswerWord.allCases.count + Int(word.rawValue)] += 1
    }

    @inline(__always)
    mutating func count(_ map: GatewayMap, _ verdict: Verdict, _ books: Books) {
        count(map, verdict.word)
        self.books = books
        guard map == .recipients else { return }
        if let domain = verdict.domain {
            if let record = verdict.record { hits[UInt64(domain) << 32 | UInt64(record), default: 0] &+= 1 }
            if verdict.wouldBeRefused { refused[domain, default: 0] += 1 }
        } else if verdict.reason == .unmanaged {
            unmanaged += 1
        }
    }

    /// Whether it should be handed over before more is counted: the numbers are of other books, or many.
    func mustGo(_ books: Books) -> Bool { !isEmpty && (books !== self.books || hits.count >= 8192) }

    mutating func take() -> LookupTally {
        defer { self = LookupTally() }
        return self
    }
}

extension GatewayMap {
    var number: Int {
        switch self {
        case .recipients: 0
        case .aliases: 1
        case .domains: 2
        case .transport: 3
        }
    }
}
