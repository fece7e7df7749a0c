/// Exclude patterns: what they match, what is refused, and that the matcher agrees with a naive one on random inputs
/// and stays quick on hostile ones.
import RollcallCore
import TestSupport
import Testing

@Suite("Address: exclude patterns")
struct AddressExcludeTests {
    private static func match(_ patterns: ExcludePatterns, _ key: String) -> Int? {
        Array(key.utf8).withUnsafeBytes { patterns.match(key: $0) }
    }

    static let hits: [(pattern: String, key: String, matches: Bool)] = [
        ("forgetme[0-9]@domain.com", "forgetme1@domain.com", true),
        ("forgetme[0-9]@domain.com", "forgetme@domain.com", false),
        ("forgetme[0-9]@domain.com", "forgetme10@domain.com", false),
        ("forgetme[0-9]@domain.com", "forgetme1@domain.com.au", false),
        ("baduser@*", "baduser@example.com", true),
        ("baduser@*", "notbaduser@example.com", false),
        ("BadUser@*", "baduser@example.com", true),
        ("*@Example.COM", "a@example.com", true),
        ("*@*.example.com", "a@b.example.com", true),
        ("*@*.example.com", "a@example.com", false),
        ("a?@example.com", "ab@example.com", true),
        ("a?@example.com", "a@example.com", false),
        ("a?@example.com", "aé@example.com", true),
        ("?@example.com", "😀@example.com", true),
        ("??@example.com", "😀@example.com", false),
        ("[!0-9]*@example.com", "a1@example.com", true),
        ("[!0-9]*@example.com", "1a@example.com", false),
        ("[abc]x@example.com", "bx@example.com", true),
        ("[A-C]x@example.com", "bx@example.com", true),
        ("[X-c]@example.com", "z@example.com", true),
        ("[]a]@example.com", "a@example.com", true),
        ("[!]a]@example.com", "a@example.com", false),
        ("[a-]@example.com", "-@example.com", true),
        ("[-a]@example.com", "-@example.com", true),
        ("[*]@example.com", "*@example.com", true),
        ("[*]@example.com", "a@example.com", false),
        ("[^a]@example.com", "^@example.com", true),
        ("[^a]@example.com", "b@example.com", false),
        ("[à-ü]@example.com", "é@example.com", true),
        ("jürgen@*", "jürgen@example.com", true),
        ("ju\u{308}rgen@*", "jürgen@example.com", true),
        ("*@münchen.de", "a@xn--mnchen-3ya.de", true),
        ("*@MÜNCHEN.DE", "a@xn--mnchen-3ya.de", true),
        ("*@*.münchen.de", "a@b.xn--mnchen-3ya.de", true),
        ("*@XN--MNCHEN-3YA.de", "a@xn--mnchen-3ya.de", true),
        ("*@例え。*", "a@xn--r8jz45g.com", true),
        ("*@xn--*", "a@xn--mnchen-3ya.de", true),
        ("*", "a@example.com", true),
        ("**", "a@example.com", true),
        ("spam*", "spam1@example.com", true),
        ("*.com", "a@example.com", true),
        ("*.com", "a@example.org", false),
        ("*admin*", "the.admin@example.com", true),
        ("*admin*", "a@administration.example", true),
        ("a*b*c@example.com", "axxbyyc@example.com", true),
        ("a*b*c@example.com", "axxbyy@example.com", false),
        ("a[@]example.com", "a@example.com", true),
        ("a?example.com", "a@example.com", true),
        ("exact@example.com", "exact@example.com", true),
        ("Exact@Example.com", "exact@example.com", true),
        ("exact@example.com", "exact@example.co", false),
        ("{a}'!#$%&+=~@example.com", "{a}'!#$%&+=~@example.com", true),
    ]

    @Test("a pattern matches what fnmatch would match in the compare key", arguments: hits)
    func matching(pattern: String, key: String, matches: Bool) throws {
        #expect(Self.match(try ExcludePatterns(pattern), key) == (matches ? 0 : nil), "\(pattern) \(key)")
        // Behind a pattern that fits nothing here, and with blanks and other line ends around.
        let framed = "\r\nnobody@nowhere.invalid\r\n \t\r\n  \(pattern)\t\r\n\r\n"
        #expect(Self.match(try ExcludePatterns(framed), key) == (matches ? 1 : nil), "\(pattern) \(key)")
    }

    static let refused: [(text: String, line: Int, reason: String)] = [
        ("[", 1, "["), ("a@b.c\na[bc@example.com", 2, "without its ]"), ("a@b.c\r\n\r\n[!]@x.de", 3, "without its ]"),
        ("[]@x.de", 1, "without its ]"), ("[z-a]@x.de", 1, "backwards"), ("a b@x.de", 1, "blank"),
        ("a@x.de, b@x.de", 1, "blank"), ("a@x.de,b@x.de", 1, "','"), ("a;b@x.de", 1, "';'"), ("a\\*@x.de", 1, "'\\'"),
        ("\"a\"@x.de", 1, "'\"'"), ("a]@x.de", 1, "']'"), ("*@ex_ample.de", 1, "'_'"), ("*@mün*.de", 1, "xn--"),
        ("*@☃.de", 1, "domain"), ("baduser", 1, "baduser@*"), ("example.com", 1, "*@example.com"),
        ("a\u{0}*@x.de", 1, "control"), ("a\u{202E}*@x.de", 1, "direction"),
        ("*@b@c.de", 1, "more than one @"), ("*\u{FFFD}*", 1, "UTF-8"),
        ("a@x.de\rb@x.de\rc", 3, "no @"),
    ]

    @Test("a pattern that cannot be meant is refused, with its line", arguments: refused)
    func refusal(text: String, line: Int, reason: String) {
        let error = #expect(throws: ExcludeError.self) { try ExcludePatterns(text) }
        #expect(error?.line == line)
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test("the first pattern in the order of the lines wins, with and without wildcards")
    func order() throws {
        let patterns = try ExcludePatterns("x@a.de\n*@b.de\nx@b.de\nY@b.de\n y* \nx@b.de\ny@a.de\n")
        #expect(patterns.patterns == ["x@a.de", "*@b.de", "x@b.de", "Y@b.de", "y*", "x@b.de", "y@a.de"])
        #expect(Self.match(patterns, "x@a.de") == 0)
        #expect(Self.match(patterns, "x@b.de") == 1)
        #expect(Self.match(patterns, "y@a.de") == 4)
        #expect(Self.match(patterns, "z@c.de") == nil)
        #expect(!patterns.isEmpty)
        #expect(try ExcludePatterns(" \n\r\n\t").isEmpty)
        #expect(Self.match(try ExcludePatterns(""), "a@b.c") == nil)
    }

    @Test("thousands of plain addresses are each found, and no others")
    func many() throws {
        let lines = (0..<3_000).map { "user\($0)@example.com" }.joined(separator: "\n")
        let patterns = try ExcludePatterns(lines)
        for index in 0..<3_000 { #expect(Self.match(patterns, "user\(index)@example.com") == index) }
        for index in 3_000..<3_500 { #expect(Self.match(patterns, "user\(index)@example.com") == nil) }
    }

    @Test("the matcher agrees with a naive one", arguments: [1, 2, 3] as [UInt64])
    func naive(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var matched = 0
        for _ in 0..<4_000 {
            let pieces = ["a", "b", "é", "*", "*", "?", "[ab]", "[!a]", "[a-é]", "[!b-x]", "ab", "."]
            let body = (0..<random.below(6)).map { _ in random.pick(pieces) }.joined()
            let pattern = body + random.pick(["@*", "*", "@a.b"])
            let key = random.word(random.below(7), of: "aabbé.") + random.pick(["@a.b", "@b.a"])
            let expected = Self.naive(Array(pattern.unicodeScalars)[...], Array(key.unicodeScalars)[...])
            let found = Self.match(try ExcludePatterns(pattern), key)
            #expect((found == 0) == expected, "seed \(seed): \(pattern) \(key)")
            if expected { matched += 1 }
        }
        #expect(matched > 400)
    }

    /// fnmatch as one would explain it, slow on purpose.
    private static func naive(_ pattern: ArraySlice<Unicode.Scalar>, _ key: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let first = pattern.first else { return key.isEmpty }
        let rest = pattern.dropFirst()
        if first == "*" {
            return naive(rest, key) || (!key.isEmpty && naive(pattern, key.dropFirst()))
        }
        guard let scalar = key.first else { return false }
        if first == "?" { return naive(rest, key.dropFirst()) }
        guard first == "[", let end = rest.firstIndex(of: "]") else {
            return first == scalar && naive(rest, key.dropFirst())
        }
        let negated = rest.first == "!"
        let body = Array(rest[..<end].dropFirst(negated ? 1 : 0))
        let isRange = body.count == 3 && body[1] == "-"
        let isIn = isRange ? (body[0]...body[2]).contains(scalar) : body.contains(scalar)
        return isIn != negated && naive(rest[(end + 1)...], key.dropFirst())
    }

    @Test("a pattern made to be slow is not", .timeLimit(.minutes(1)))
    func hostile() throws {
        let patterns = try ExcludePatterns(repeated("a*", 120) + "b@*")
        let key = repeated("a", 240) + "@example.com"
        for _ in 0..<200 { #expect(Self.match(patterns, key) == nil) }
    }

    @Test("bytes that are no key bring the matcher down neither")
    func noise() throws {
        var random = SeededGenerator(seed: 5)
        let patterns = try ExcludePatterns("*?[!a]@*\n??*é*\n*@b.c")
        for _ in 0..<5_000 {
            let bytes = random.bytes(random.below(20))
            _ = bytes.withUnsafeBytes { patterns.match(key: $0) }
        }
    }
}
