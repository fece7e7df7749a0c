/// Reads a pattern as a person wrote it. What could never match an address is refused with a reason, for a pattern that
/// silently does nothing lets an address through that somebody meant to keep out.
extension ExcludePattern {
    struct Refusal: Error {
        let reason: String
    }

    /// `text` has no blanks around it and is not empty.
    init(reading text: String) throws(Refusal) {
        let verdict = Array(text.utf8).withUnsafeBufferPointer { ScalarRules.verdict(on: $0) }
        if let flaw = verdict.flaw { throw Refusal(reason: flaw.text) }
        if verdict.hasBlank { throw Refusal(reason: "has a blank in it; write one pattern a line") }
        let scalars = String(decoding: ComposedForm.of(text.utf8), as: UTF8.self).unicodeScalars.map(\.value)

        var tokens = Tokens()
        try tokens.read(scalars)
        if let at = tokens.lastAt {
            if tokens.steps.firstIndex(of: tokens.steps[at]) != at { throw Refusal(reason: "has more than one @") }
            try tokens.encodeDomain(after: at)
        }
        self.init(steps: tokens.steps, sets: tokens.sets)
        guard steps.contains(where: { fits($0, UInt32(Octet.at)) }) else {
            let hint = "write \(text)@* for a local part, *@\(text) for a domain"
            throw Refusal(reason: "can match no address, for it has no @; \(hint)")
        }
    }

    /// The steps while they are being read.
    private struct Tokens {
        var steps: [Step] = []
        var sets: [ClosedRange<UInt32>] = []

        var lastAt: Int? { steps.lastIndex(of: .literal(UInt32(Octet.at))) }

        mutating func read(_ scalars: [UInt32]) throws(Refusal) {
            var index = 0
            while index < scalars.count {
                let scalar = scalars[index]
                index += 1
                switch scalar {
                case 0x2A:
                    if steps.last != .run { steps.append(.run) }
                case 0x3F: steps.append(.one)
                case 0x5B: index = try readSet(scalars, from: index)
                default:
                    guard ExcludePattern.canStand(scalar) else {
                        throw Refusal(reason: "has \(ExcludePattern.quoted(scalar)) in it, which no address has")
                    }
                    steps.append(.literal(ExcludePattern.lowered(scalar)))
                }
            }
        }

        /// A set from behind its bracket; answers where the pattern goes on. A `]` right at its start stands for
        /// itself.
        private mutating func readSet(_ scalars: [UInt32], from start: Int) throws(Refusal) -> Int {
            var index = start
            let negated = index < scalars.count && scalars[index] == 0x21
            if negated { index += 1 }
            guard index < scalars.count, let end = scalars[(index + 1)...].firstIndex(of: 0x5D) else {
                throw Refusal(reason: "has a [ without its ]")
            }
            let first = sets.count
            while index < end {
                let low = scalars[index]
                var high = low
                if index + 2 < end, scalars[index + 1] == 0x2D {
                    high = scalars[index + 2]
                    index += 2
                }
                index += 1
                guard low <= high else {
                    let range = "\(ExcludePattern.quoted(low)) to \(ExcludePattern.quoted(high))"
                    throw Refusal(reason: "has a range in brackets that runs backwards, \(range)")
                }
                sets.append(low...high)
                let capitals = max(low, 0x41)...max(min(high, 0x5A), max(low, 0x41))
                if low <= 0x5A, high >= 0x41 { sets.append(capitals.lowerBound + 32...capitals.upperBound + 32) }
            }
            steps.append(.set(first..<sets.count, negated: negated))
            return end + 1
        }

        /// Turns the labels behind the last `@` into A-labels; one with wildcards in it must be ASCII already.
        mutating func encodeDomain(after at: Int) throws(Refusal) {
            let domain = steps[(at + 1)...]
            var encoded: [Step] = []
            for label in domain.split(omittingEmptySubsequences: false, whereSeparator: ExcludePattern.isDot) {
                if !encoded.isEmpty || label.startIndex != domain.startIndex {
                    encoded.append(.literal(UInt32(Octet.dot)))
                }
                encoded.append(contentsOf: try ExcludePattern.encode(label))
            }
            steps.replaceSubrange((at + 1)..., with: encoded)
        }
    }

    private static func encode(_ label: ArraySlice<Step>) throws(Refusal) -> [Step] {
        let bytes = bytes(of: label)
        if bytes.allSatisfy({ $0 < 0x80 }) {
            guard let wrong = bytes.first(where: { !Octet.isHostText($0) }) else { return Array(label) }
            throw Refusal(reason: "has \(quoted(UInt32(wrong))) behind its @, which no domain has")
        }
        if !label.allSatisfy(\.isLiteral) {
            throw Refusal(reason: "has a wildcard in a part of the domain with letters beyond a-z; write its xn-- form")
        }
        guard let name = bytes.withUnsafeBufferPointer({ DomainRules.name($0) }) else {
            throw Refusal(reason: "has a domain that is no valid domain name")
        }
        return name.map { .literal(UInt32($0)) }
    }

    /// Whether a key can hold `scalar`; beyond ASCII that has been looked at before.
    private static func canStand(_ scalar: UInt32) -> Bool {
        guard let octet = UInt8(exactly: scalar), octet < 0x80 else { return true }
        return Octet.isAtomText(octet) || octet == Octet.dot || octet == Octet.at
    }

    /// The full stop, and the three that IDNA takes for it.
    private static func isDot(_ step: Step) -> Bool {
        guard case .literal(let scalar) = step else { return false }
        return [UInt32(Octet.dot), 0x3002, 0xFF0E, 0xFF61].contains(scalar)
    }

    private static func lowered(_ scalar: UInt32) -> UInt32 {
        UInt8(exactly: scalar).map { UInt32(Octet.lowered($0)) } ?? scalar
    }

    private static func quoted(_ scalar: UInt32) -> String {
        Unicode.Scalar(scalar).map { "'\($0)'" } ?? "?"
    }
}
