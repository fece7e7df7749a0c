/// A regular expression of the tab language: the part that all engines agree on and that runs in linear time, so that
/// neither a connector's pattern nor an administrator's value can hang the host. No back-references, no look-around.
/// It is searched for; write `^…$` for the whole value. Works on scalars.
///
/// Thompson's construction, run by a list of threads (K. Thompson, 1968; R. Cox, "Regular Expression Matching Can Be
/// Simple And Fast").
package struct Pattern: Sendable, Equatable {
    package let source: String
    let program: [Instruction]

    indirect enum Node: Sendable, Equatable {
        case empty, start, end
        case scalars(ScalarSet)
        case sequence([Node])
        case either([Node])
        case times(Node, Int, Int?)
    }

    enum Instruction: Sendable, Equatable {
        case scalars(ScalarSet)
        case split(Int, Int)
        case jump(Int)
        case start, end, match
    }

    private static let longest = 20_000

    package init(_ source: String) throws(PatternFlaw) {
        var parser = PatternParser(source)
        let tree = try parser.parse()
        var program: [Instruction] = []
        try Self.compile(tree, into: &program)
        program.append(.match)
        self.source = source
        self.program = program
    }

    private static func compile(_ node: Node, into program: inout [Instruction]) throws(PatternFlaw) {
        guard program.count < longest else { throw PatternFlaw("it is too large") }
        switch node {
        case .empty: break
        case .start: program.append(.start)
        case .end: program.append(.end)
        case .scalars(let set): program.append(.scalars(set))
        case .sequence(let nodes): for each in nodes { try compile(each, into: &program) }
        case .either(let nodes):
            var jumps: [Int] = []
            for (index, each) in nodes.enumerated() {
                guard index < nodes.count - 1 else {
                    try compile(each, into: &program)
                    break
                }
                let split = program.count
                program.append(.split(split + 1, 0))
                try compile(each, into: &program)
                jumps.append(program.count)
                program.append(.jump(0))
                program[split] = .split(split + 1, program.count)
            }
            for jump in jumps { program[jump] = .jump(program.count) }
        case .times(let inner, let least, let most):
            for _ in 0..<least { try compile(inner, into: &program) }
            if let most {
                var splits: [Int] = []
                for _ in least..<max(most, least) {
                    splits.append(program.count)
                    program.append(.split(program.count + 1, 0))
                    try compile(inner, into: &program)
                }
                for split in splits { program[split] = .split(split + 1, program.count) }
            } else {
                let split = program.count
                program.append(.split(split + 1, 0))
                try compile(inner, into: &program)
                program.append(.jump(split))
                program[split] = .split(split + 1, program.count)
            }
        }
    }

    package func matches(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var current: [Int] = []
        var next: [Int] = []
        var marked = [Int](repeating: -1, count: program.count)
        for position in 0...scalars.count {
            if follow(0, position, scalars.count, &current, &marked, position) { return true }
            guard position < scalars.count else { break }
            for index in current {
                guard case .scalars(let set) = program[index], set.contains(scalars[position]) else { continue }
                if follow(index + 1, position + 1, scalars.count, &next, &marked, position + 1) { return true }
            }
            current = next
            next.removeAll(keepingCapacity: true)
        }
        return false
    }

    /// Adds what can be reached without reading; `true` for a match.
    private func follow(
        _ first: Int, _ position: Int, _ count: Int, _ list: inout [Int], _ marked: inout [Int], _ mark: Int
    ) -> Bool {
        var stack = [first]
        while let index = stack.popLast() {
            guard marked[index] != mark else { continue }
            marked[index] = mark
            switch program[index] {
            case .match: return true
            case .scalars: list.append(index)
            case .jump(let to): stack.append(to)
            case .split(let a, let b): stack += [b, a]
            case .start: if position == 0 { stack.append(index + 1) }
            case .end: if position == count { stack.append(index + 1) }
            }
        }
        return false
    }
}

package struct PatternFlaw: Error, Sendable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

struct ScalarSet: Sendable, Equatable {
    var ranges: [ClosedRange<UInt32>] = []
    var isNegated = false

    func contains(_ scalar: Unicode.Scalar) -> Bool { ranges.contains { $0.contains(scalar.value) } != isNegated }

    static let any = ScalarSet(ranges: [0x0A...0x0A, 0x0D...0x0D], isNegated: true)
    static let digit = ScalarSet(ranges: [0x30...0x39])
    static let word = ScalarSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let blank = ScalarSet(ranges: [0x09...0x0D, 0x20...0x20])

    static func one(_ scalar: Unicode.Scalar) -> ScalarSet { ScalarSet(ranges: [scalar.value...scalar.value]) }

    /// The ranges that a negated set holds.
    var plain: [ClosedRange<UInt32>] {
        guard isNegated else { return ranges }
        var out: [ClosedRange<UInt32>] = []
        var from: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > from { out.append(from...range.lowerBound - 1) }
            from = max(from, range.upperBound + 1)
        }
        out.append(from...0x10FFFF)
        return out
    }
}
