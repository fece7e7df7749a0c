import Testing

@testable import RollcallCommands
import RollcallCore

struct CommandLineTests {
    @Test(
        "global options may stand before the noun, between noun and verb, or behind",
        arguments: [
            (["--json", "config", "show"], ["config", "show", "--json"]),
            (["--config", "f", "config", "--json", "show"], ["config", "show", "--config", "f", "--json"]),
            (["--config=f", "explain", "a@b"], ["explain", "a@b", "--config=f"]),
            (["config", "show", "--json"], ["config", "show", "--json"]),
            (["--json", "book", "show", "--", "-x"], ["book", "show", "--json", "--", "-x"]),
            (["--help"], ["--help"]),
            (["--json"], ["--json"]),
        ])
    func order(words: [String], expected: [String]) {
        #expect(CommandLineArguments.ordered(words) == expected)
    }

    @Test(
        "did you mean",
        arguments: [
            ("memroy", "memory"), ("lst", "list"), ("concurency", "concurrency"), ("zzz", nil), ("configuration", nil),
        ])
    func nearest(word: String, expected: String?) {
        #expect(Nearest.word(to: word, among: ["memory", "list", "concurrency", "show"]) == expected)
    }

    @Test("what a directory says cannot steer the terminal")
    func shownText() {
        #expect(shown("J\u{F6}rg \u{1B}[2J") == "J\u{F6}rg <U+001B>[2J")
        #expect(shown("a\u{202E}b") == "a<U+202E>b")
        #expect(shown("a\nb\u{301}") == "a<U+000A>b\u{301}")
    }

    @Test("a table lines up and says when it is empty")
    func table() {
        var table = Table(["NAME", "N"], none: "None.")
        #expect(table.lines == ["None."])
        table.add(["example.com", nil])
        #expect(table.lines == ["NAME         N", "example.com  -"])
    }
}
