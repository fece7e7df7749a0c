/// Reads a pattern by recursive descent. What it does not know it refuses: a pattern that browsers and the host would
/// read differently is worse than none.
struct PatternParser {
    private var rest: Substring.UnicodeScalarView
    private var depth = 0

    init(_ source: String) { rest = Substring(source).unicodeScalars }

    mutating func parse() throws(PatternFlaw) -> Pattern.Node {
        let tree = try alternatives()
        guard rest.isEmpty else { throw PatternFlaw("it has a ) too many") }
        return tree
    }

    private mutating func alternatives() throws(PatternFlaw) -> Pattern.Node {
        var nodes = [try sequence()]
        while rest.first == "|" {
            rest.removeFirst()
            nodes.append(try sequence())
        }
        return nodes.count == 1 ? nodes[0] : .either(nodes)
    }

    private mutating func sequence() throws(PatternFlaw) -> Pattern.Node {
        var nodes: [Pattern.Node] = []
        while let next = rest.first, next != "|", next != ")" { nodes.append(try repeated()) }
        return .sequence(nodes)
    }

    private mutating func repeated() throws(PatternFlaw) -> Pattern.Node {
        let node = try single()
        guard let next = rest.first else { return node }
        var result: Pattern.Node
        switch next {
        case "*": result = .times(node, 0, nil)
        case "+": result = .times(node, 1, nil)
        case "?": result = .times(node, 0, 1)
        case "{": result = try counted(node)
        default: return node
        }
        if next != "{" { rest.removeFirst() }
        if rest.first == "?" { rest.removeFirst() }  // lazy: the same values match
        if let again = rest.first, again == "*" || again == "+" || again == "{" {
            throw PatternFlaw("it repeats a repetition")
        }
        if case .times(let inner, let least, let most) = result, inner == .start || inner == .end {
            guard least == 0, most == 1 else { throw PatternFlaw("it repeats an anchor") }
            result = .empty
        }
        return result
    }

    private mutating func counted(_ node: Pattern.Node) throws(PatternFlaw) -> Pattern.Node {
        rest.removeFirst()
        let least = number()
        var most = least
        if rest.first == "," {
            rest.removeFirst()
            most = number()
        }
        guard rest.first == "}", let least else { throw PatternFlaw("it has a { that counts nothing; write \\{") }
        rest.removeFirst()
        guard least <= 1000, most ?? 0 <= 1000, most ?? least >= least else {
            throw PatternFlaw("it counts wrongly or past 1000")
        }
        return .times(node, least, most)
    }

    private mutating func number() -> Int? {
        let digits = rest.prefix { $0.value >= 0x30 && $0.value <= 0x39 }
        rest = rest.dropFirst(digits.count)
        return Int(String(String.UnicodeScalarView(digits)))
    }

    private mutating func single() throws(PatternFlaw) -> Pattern.Node {
        let next = rest.removeFirst()
        switch next {
        case "^": return .start
        case "$": return .end
        case ".": return .scalars(.any)
        case "[": return .scalars(try set())
        case "\\": return .scalars(try escaped())
        case "(": return try group()
        case "*", "+", "?", "{": throw PatternFlaw("it repeats nothing")
        default: return .scalars(.one(next))
        }
    }

    private mutating func group() throws(PatternFlaw) -> Pattern.Node {
        depth += 1
        guard depth < 50 else { throw PatternFlaw("its groups are nested too deeply") }
        if rest.first == "?" {
            rest.removeFirst()
            guard rest.first == ":" else { throw PatternFlaw("of the (? groups only (?: is known") }
            rest.removeFirst()
        }
        let node = try alternatives()
        guard rest.first == ")" else { throw PatternFlaw("it has a ( that is not closed") }
        rest.removeFirst()
        depth -= 1
        return node
    }

    private mutating func escaped() throws(PatternFlaw) -> ScalarSet {
        guard let next = rest.popFirst() else { throw PatternFlaw("it ends in a \\") }
        switch next {
        case "d": return .digit
        case "D": return ScalarSet(ranges: ScalarSet.digit.ranges, isNegated: true)
        case "w": return .word
        case "W": return ScalarSet(ranges: ScalarSet.word.ranges, isNegated: true)
        case "s": return .blank
        case "S": return ScalarSet(ranges: ScalarSet.blank.ranges, isNegated: true)
        case "t": return .one("\t")
        case "n": return .one("\n")
        case "r": return .one("\r")
        case "0"..."9": throw PatternFlaw("it refers back, which is not part of the language")
        case "a"..."z", "A"..."Z": throw PatternFlaw("\\\(next) is not known")
        default: return .one(next)
        }
    }

    private mutating func set() throws(PatternFlaw) -> ScalarSet {
        var set = ScalarSet()
        if rest.first == "^" {
            rest.removeFirst()
            set.isNegated = true
        }
        var isFirst = true
        while true {
            guard let next = rest.popFirst() else { throw PatternFlaw("it has a [ that is not closed") }
            if next == "]", !isFirst { return set }
            isFirst = false
            guard next != "[" || rest.first != ":" else { throw PatternFlaw("[: classes are not known") }
            let low = next == "\\" ? try escaped() : .one(next)
            guard rest.first == "-", rest.dropFirst().first != "]", let start = low.single else {
                set.ranges += low.plain
                continue
            }
            rest.removeFirst()
            guard let end = rest.popFirst() else { throw PatternFlaw("it has a [ that is not closed") }
            guard let high = (end == "\\" ? try escaped() : .one(end)).single, high >= start else {
                throw PatternFlaw("it has a range that runs backwards")
            }
            set.ranges.append(start...high)
        }
    }
}

extension ScalarSet {
    /// The one scalar that it holds, where it holds one.
    fileprivate var single: UInt32? {
        guard !isNegated, ranges.count == 1, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }
}
