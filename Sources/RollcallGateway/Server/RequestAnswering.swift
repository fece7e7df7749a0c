internal import Glibc

/// From a request's bytes to a reply's: map and key apart at the first space (a key may have more), the answer from the
/// books, the count of it. Kept and used again for all connections of a thread.
struct RequestAnswering {
    private var answerer: Answerer
    private var data: [UInt8] = []
    /// The books of this turn, and the time of it in seconds.
    var books: Books = .none
    var now: Int64 = 0
    var tally = LookupTally()

    init(_ policy: AnswerPolicy) { answerer = Answerer(policy) }

    /// Appends the reply to `output`; `false` for what is no request: the connection is to be closed then.
    mutating func answer(_ request: UnsafeRawBufferPointer, isLate: Bool, to output: inout [UInt8]) -> Bool {
        guard let space = request.firstIndex(of: UInt8(ascii: " ")) else { return false }
        let name = UnsafeRawBufferPointer(rebasing: request[..<space])
        let key = UnsafeRawBufferPointer(rebasing: request[(space + 1)...])
        guard let map = GatewayMap(name) else {
            if name.elementsEqual("check".utf8) { return explain(key, to: &output) }
            Socketmap.append(.temp, Array("there is no such map".utf8), to: &output)
            return true
        }
        guard !isLate else {
            Socketmap.append(.temp, Array("too busy".utf8), to: &output)
            tally.count(map, .temp)
            return true
        }
        let verdict = answerer.answer(map, key, books, now: now, data: &data)
        if verdict.word == .temp { data += verdict.reason.short.utf8 }
        Socketmap.append(verdict.word, verdict.word == .notFound ? [] : data, to: &output)
        tally.count(map, verdict, books)
        return true
    }

    /// `check MAP KEY`, for people: what a gateway would be told, and why, behind tabs. It is not counted.
    private mutating func explain(_ question: UnsafeRawBufferPointer, to output: inout [UInt8]) -> Bool {
        guard let space = question.firstIndex(of: UInt8(ascii: " ")),
            let map = GatewayMap(UnsafeRawBufferPointer(rebasing: question[..<space]))
        else { return false }
        let key = UnsafeRawBufferPointer(rebasing: question[(space + 1)...])
        let verdict = answerer.answer(map, key, books, now: now, data: &data)
        var text = Array("\(verdict.word.text)\t".utf8)
        if verdict.word == .ok { text += data }
        text += "\t\(verdict.sentence(books))".utf8
        Socketmap.append(.ok, text, to: &output)
        return true
    }
}

extension GatewayMap {
    @inline(__always)
    init?(_ name: UnsafeRawBufferPointer) {
        if name.elementsEqual("recipients".utf8) {
            self = .recipients
        } else if name.elementsEqual("aliases".utf8) {
            self = .aliases
        } else if name.elementsEqual("transport".utf8) {
            self = .transport
        } else if name.elementsEqual("domains".utf8) {
            self = .domains
        } else {
            return nil
        }
    }
}
