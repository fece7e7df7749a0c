/// Domain names on their own: what an administrator types into Add Domain.
import RollcallCore
import Testing

@Suite("Address: domain names")
struct DomainNameTests {
    static let names: [(String, String)] = [
        ("example.com", "example.com"), (" Example.COM ", "example.com"), ("localhost", "localhost"),
        ("münchen.de", "xn--mnchen-3ya.de"), ("XN--MNCHEN-3YA.de", "xn--mnchen-3ya.de"), ("a", "a"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"), ("faß.de", "xn--fa-hia.de"), ("a1.b2", "a1.b2"), ("1.com", "1.com"),
        (repeated("a", 63), repeated("a", 63)),
        (
            repeated(repeated("a", 63) + ".", 3) + repeated("b", 61),
            repeated(repeated("a", 63) + ".", 3) + repeated("b", 61)
        ),
    ]

    static let refused: [(String, AddressFlaw)] = [
        ("", .empty), ("  ", .empty), (".", .domain), ("a.", .domain), (".a", .domain), ("a..b", .domain),
        ("-a.b", .domain), ("a-.b", .domain), ("a_b.c", .domain), ("user@example.com", .domain), ("1.2.3.4", .domain),
        ("[1.2.3.4]", .literal), ("a b.com", .blank), ("a\u{0}.com", .control), ("a\r\n.com", .control),
        ("a\u{202E}.com", .bidi), ("a\u{378}.com", .unassigned), ("xn--a.de", .domain), ("☃.net", .domain),
        ("http://example.com", .domain), ("example.com:25", .domain), ("*.example.com", .domain),
        (repeated("a", 64), .domain), (repeated(repeated("a", 63) + ".", 3) + repeated("b", 62), .tooLong),
        (repeated("ü", 2000), .tooLong), ("\u{FFFD}.com", .notUTF8), ("a@münchen.de", .domain),
    ]

    @Test("a good name is kept in lower-case A-labels", arguments: names)
    func good(text: String, name: String) throws {
        let domain = try DomainName(text)
        #expect(domain.name == name && domain.description == name)
        #expect(try DomainName(name) == domain)
    }

    @Test("a bad name has its flaw", arguments: refused)
    func bad(text: String, flaw: AddressFlaw) {
        #expect(throws: flaw, "\(visible(Array(text.utf8)))") { try DomainName(text) }
    }
}
