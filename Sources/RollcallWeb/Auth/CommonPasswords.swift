/// What would be tried first: the passwords that most people choose, also with digits and signs around them, with letters
/// written as digits, twice in a row, and what runs along the alphabet or repeats itself.
enum CommonPasswords {
    static func contains(_ folded: String) -> Bool {
        let bytes = Array(folded.utf8)
        guard !isRun(bytes), !isRepeated(bytes) else { return true }
        let plain = bytes.map(letter)
        return [bytes, letters(bytes), core(bytes), plain, letters(plain)].contains { isKnown($0) }
    }

    private static func isKnown(_ bytes: [UInt8]) -> Bool {
        let half = bytes.count / 2
        return isWord(bytes[...])
            || (bytes.count >= 10 && bytes.count % 2 == 0 && bytes[..<half] == bytes[half...] && isWord(bytes[..<half]))
    }

    private static func isWord(_ bytes: ArraySlice<UInt8>) -> Bool {
        let word = String(decoding: Array(bytes), as: UTF8.self)
        return CommonPasswordList.words.contains(word) || own.contains(word)
    }

    /// Long ones, which no list of mostly short ones has.
    private static let own: Set<String> = [
        "passwort", "qwertzuiop", "qwertyuiopasdf", "administrator", "systemadministrator", "postmaster", "mailadmin",
        "letmeinplease", "iloveyouforever", "changemenow", "changemeplease", "correcthorsebatterystaple",
        "thisismypassword", "mypasswordis", "defaultpassword", "temporarypassword", "qazwsxedcrfv", "q1w2e3r4t5y6",
        "1q2w3e4r5t6y", "rollcall",
    ]

    private static func letters(_ bytes: [UInt8]) -> [UInt8] { bytes.filter { $0 >= 0x61 || $0 >= 0x80 } }

    /// Without the digits and signs at both ends.
    private static func core(_ bytes: [UInt8]) -> [UInt8] {
        let rest = bytes.drop { $0 < 0x61 }
        return Array(rest.prefix(rest.count - rest.reversed().prefix { $0 < 0x61 }.count))
    }

    /// The letter that a digit or sign stands for.
    private static func letter(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "0"): UInt8(ascii: "o")
        case UInt8(ascii: "1"), UInt8(ascii: "!"): UInt8(ascii: "i")
        case UInt8(ascii: "3"): UInt8(ascii: "e")
        case UInt8(ascii: "4"), UInt8(ascii: "@"): UInt8(ascii: "a")
        case UInt8(ascii: "5"), UInt8(ascii: "$"): UInt8(ascii: "s")
        case UInt8(ascii: "7"): UInt8(ascii: "t")
        default: byte
        }
    }

    /// `123456789012`, `abcdefghijkl`, and the like backwards.
    private static func isRun(_ bytes: [UInt8]) -> Bool {
        let steps = Set(zip(bytes, bytes.dropFirst()).map { Int($1) - Int($0) })
        return steps.isSubset(of: [1, -9]) || steps.isSubset(of: [-1, 9]) || steps.isSubset(of: [0])
    }

    /// A piece of up to six letters, again and again.
    private static func isRepeated(_ bytes: [UInt8]) -> Bool {
        (1...6).contains { length in
            bytes.indices.allSatisfy { bytes[$0] == bytes[$0 % length] }
        }
    }
}

/// Words that stand near a sign-in: the person's name, the product's, those of the domains. They are where somebody who
/// knows the house begins, so they add nothing to a password.
enum ContextWords {
    /// Whether little is left of the password without them.
    static func carry(_ folded: String, _ words: [String]) -> Bool {
        var rest = folded
        for word in (words + ["rollcall"]).map({ $0.lowercased() }).sorted(by: { $0.utf8.count > $1.utf8.count })
        where word.utf8.count >= 3 {
            rest = rest.replacing(word, with: "")
        }
        return rest != folded && rest.unicodeScalars.count < 8
    }

    /// Of a domain's name: the whole and its parts.
    static func of(domain: String) -> [String] {
        [domain] + domain.split(separator: ".").filter { $0.utf8.count >= 4 }.map(String.init)
    }
}
