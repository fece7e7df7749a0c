import RollcallCore
import TestSupport
import Testing

@Suite("patterns of the tab language")
struct PatternTests {
    @Test(
        "each pattern matches what it should",
        arguments: [
            ("^[0-9a-f-]{36}$", "1b4e28ba-2fa1-11d2-883f-0016d3cca427", true), ("^[0-9a-f-]{36}$", "1b4e", false),
            ("b", "abc", true), ("^b", "abc", false), ("c$", "abc", true), ("a.c", "abc", true), ("a.c", "a\nc", false),
            ("^(a|bc)+$", "abcbca", true), ("^(a|bc)+$", "abcb", false), ("^a{2,3}$", "aa", true),
            ("^a{2,3}$", "aaaa", false), ("^a{2,}$", "aaaaa", true), ("^a{0}$", "", true), ("^$", "", true),
            ("^\\d+\\.\\d+$", "10.25", true), ("^\\d+\\.\\d+$", "10x25", false), ("^[^a-c]+$", "xyz", true),
            ("^[^a-c]+$", "xbz", false), ("^[\\w.]+@[\\w.]+$", "a.b@c.d", true), ("^[a\\]b]+$", "]", true),
            ("^[]a]+$", "]a", true), ("^[a-]+$", "-a", true), ("^(?:x|y)?z$", "z", true), ("^\\S+$", "a b", false),
            ("^ü+$", "üü", true), ("^.$", "é", true), ("^.$", "e\u{301}", false), ("a*?b", "aab", true),
            ("^(a*)*$", "aaa", true), ("(|a)b", "b", true),
        ])
    func matches(pattern: String, text: String, verdict: Bool) throws {
        #expect(try Pattern(pattern).matches(text) == verdict)
    }

    @Test(
        "what is not of the language is refused",
        arguments: [
            "(a)\\1", "(?=a)", "(?<!a)", "(?<n>a)", "a**", "*a", "(a", "a)", "[a", "a{2", "a{3,2}", "a{1001}", "[b-a]",
            "\\", "\\q", "a{500}{2}", "[[:alpha:]]", "((a{1000}){1000}){1000}",
        ])
    func refused(pattern: String) { #expect(throws: PatternFlaw.self) { try Pattern(pattern) } }

    @Test("no value takes for ever")
    func linear() throws {
        let text = String(repeating: "a", count: 3000) + "!"
        for pattern in ["^(a+)+$", "^(a|aa)+$", "^(a*)*b$", "(.*)(.*)(.*)x$"] {
            #expect(try !Pattern(pattern).matches(text))
        }
    }

    @Test("any text is a pattern or none, and never a crash", arguments: 0..<20)
    func hostile(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let source = random.word(random.below(24), of: "ab01()[]{}|*+?^$.\\-,dw:=!é\u{301}")
            if let pattern = try? Pattern(source) { _ = pattern.matches(random.word(random.below(20), of: "ab01é-")) }
        }
    }
}
