/// Every verdict of the table, the bulk way and through `Address`, and the strings that Swift sees otherwise than a
/// mail server does (reliability: inputs).
import RollcallCore
import Testing

@Suite("Address")
struct AddressTests {
    @Test("a good address has its key", arguments: AddressCases.good)
    func good(text: String, key: String) throws {
        let parsed = parse(text)
        #expect(parsed.flaw == nil, "\(visible(Array(text.utf8)))")
        #expect(Array(parsed.key.utf8) == Array(key.utf8), "\(parsed)")
        #expect(parsed.key.utf8.dropFirst(parsed.localLength).first == 0x40)
        let address = try Address(text)
        #expect(address.key == key)
        #expect("\(address.localPart)@\(address.domain)" == key)
        #expect(address.text == parsed.shown && address.description == parsed.shown)
    }

    @Test("a bad address has its flaw", arguments: AddressCases.bad)
    func bad(text: String, flaw: AddressFlaw) {
        let parsed = parse(text)
        #expect(parsed.flaw == flaw, "\(visible(Array(text.utf8)))")
        #expect(parsed.key.isEmpty && parsed.localLength == 0)
        #expect(throws: flaw) { try Address(text) }
    }

    @Test("what is not UTF-8 is refused wherever it stands", arguments: AddressCases.badBytes)
    func notUTF8(bytes: [UInt8]) {
        var parser = AddressParser()
        #expect(parse(bytes, with: &parser).flaw == .notUTF8, "\(visible(bytes))")
    }

    @Test("a parser remembers nothing of the address before")
    func reuse() {
        var parser = AddressParser()
        for round in 0..<2 {
            for (text, key) in AddressCases.good {
                let parsed = parse(Array(text.utf8), with: &parser)
                #expect(parsed.flaw == nil && parsed.key == key, "round \(round)")
                let (other, flaw) = AddressCases.bad[abs(text.utf8.count * 7 + round) % AddressCases.bad.count]
                #expect(parse(Array(other.utf8), with: &parser).flaw == flaw)
            }
        }
    }

    @Test("each flaw has a sentence of its own")
    func sentences() {
        #expect(Set(AddressFlaw.allCases.map(\.text)).count == AddressFlaw.allCases.count)
    }

    @Test("addresses are equal when their keys are, and show themselves as written")
    func equality() throws {
        #expect(try Address("A@MÜNCHEN.de") == Address(" a@xn--mnchen-3ya.de "))
        #expect(try Set([Address("A@b.c"), Address("a@B.c")]).count == 1)
        #expect(try Address(" A@b.c ").text == "A@b.c")
        #expect(try Address("x a@b.c y".split(separator: " ")[1]).key == "a@b.c")
    }

    @Test("letters that Swift's lowercased() would fold stay apart")
    func folding() throws {
        // "İ" lowers to i + U+0307, "Σ" and "ς" to one letter; ſ is an s and ı an i to some.
        let apart = ["İ@x.de", "i@x.de", "ı@x.de", "Σ@x.de", "σ@x.de", "ς@x.de", "ſ@x.de", "s@x.de", "k@x.de"]
        #expect(try Set(apart.map { Array(try Address($0).key.utf8) }).count == apart.count)
        #expect(throws: AddressFlaw.notNFC) { try Address("\u{212A}@x.de") }
    }

    @Test("a combining mark hides no character that matters")
    func combining() {
        #expect(parse("a\u{301}@example.com").flaw == .notNFC)
        #expect(parse("a@\u{301}example.com").flaw == .domain)
        #expect(parse("\"\u{301}a\"@example.com").flaw == .quoted)
        #expect(parse("a@\u{338}b@example.com").flaw == .severalAt)
        #expect(parse("a(\u{20E3}b)@example.com").flaw == .comment)
        #expect(parse("a,\u{301}b@example.com").flaw == .localPart)
        #expect(parse("a@example.com\r\n\u{301}").flaw == .control)
        #expect(parse(" \u{301}a@example.com").flaw == nil)
    }
}
