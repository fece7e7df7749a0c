/// Generated addresses against rules that are written down a second time, as simply as can be: every byte at every kind
/// of place, thousands of random texts, and the laws that must hold whatever is written.
import RollcallCore
import TestSupport
import Testing

@Suite("Address: generated")
struct AddressGeneratedTests {
    private static let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    private static let atoms = Set((letters + "0123456789!#$%&'*+-/=?^_`{|}~").utf8)
    private static let hosts = Set((letters + "0123456789-").utf8)

    /// The rules for ASCII, said again; `nil` for what is no address.
    private static func reference(_ bytes: [UInt8]) -> String? {
        var bytes = bytes[...]
        while let first = bytes.first, first == 0x20 || first == 9 { bytes = bytes.dropFirst() }
        while let last = bytes.last, last == 0x20 || last == 9 { bytes = bytes.dropLast() }
        let parts = bytes.split(separator: 0x40, omittingEmptySubsequences: false)
        guard parts.count == 2, bytes.count <= 254, parts[0].count <= 64 else { return nil }
        let atomsOfLocal = parts[0].split(separator: 0x2E, omittingEmptySubsequences: false)
        guard atomsOfLocal.allSatisfy({ !$0.isEmpty && $0.allSatisfy(atoms.contains) }) else { return nil }
        let labels = parts[1].split(separator: 0x2E, omittingEmptySubsequences: false)
        let fine = labels.allSatisfy {
            (1...63).contains($0.count) && $0.allSatisfy(hosts.contains) && $0.first != 0x2D && $0.last != 0x2D
        }
        guard fine, labels.last?.allSatisfy({ (0x30...0x39).contains($0) }) == false else { return nil }
        return String(decoding: bytes, as: UTF8.self).lowercased()
    }

    @Test("every byte is judged at every kind of place")
    func everyByte() {
        var parser = AddressParser()
        var vectors = 0
        let places = [
            ("", "@example.com"), ("a", "@example.com"), ("a", "b@example.com"), ("abcdefgh", "ijklmnop@example.com"),
            ("a.", "@example.com"), ("user@", "xample.com"), ("user@e", "ample.com"), ("user@exampl", ".com"),
            ("user@example.", "om"), ("user@example.co", ""), ("user@example", "com"), ("user", "example.com"),
        ]
        for byte in UInt8(0)..<0x80 {
            for (before, after) in places {
                let bytes = Array(before.utf8) + [byte] + Array(after.utf8)
                let parsed = parse(bytes, with: &parser)
                #expect((parsed.flaw == nil ? parsed.key : nil) == Self.reference(bytes), "\(visible(bytes))")
                vectors += 1
            }
        }
        for byte in UInt8(0x80)...0xFF {
            for (before, after) in places {
                let bytes = Array(before.utf8) + [byte] + Array(after.utf8)
                #expect(parse(bytes, with: &parser).flaw == .notUTF8, "\(visible(bytes))")
                vectors += 1
            }
        }
        #expect(vectors == 256 * 12)
    }

    @Test("random texts get the reference's verdict", arguments: [1, 2, 3, 4] as [UInt64])
    func random(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var parser = AddressParser()
        var good = 0
        for _ in 0..<5_000 {
            let text = Self.text(&random)
            let bytes = Array(text.utf8)
            let parsed = parse(bytes, with: &parser)
            let expected = Self.reference(bytes)
            #expect((parsed.flaw == nil ? parsed.key : nil) == expected, "seed \(seed): \(visible(bytes))")
            if expected != nil { good += 1 }
        }
        #expect(good > 1_000, "the generator must make good addresses too")
    }

    /// Something like an address: atoms and labels of all lengths, now and then a slip.
    private static func text(_ random: inout SeededGenerator) -> String {
        func words(_ alphabet: String, _ most: Int) -> String {
            (0...random.below(4)).map { _ in
                random.word(random.once(in: 12) ? random.below(most) : 1 + random.below(12), of: alphabet)
            }.joined(separator: ".")
        }
        var text = words(letters + "0123456789+_-'=", 70) + "@" + words(letters + "0123456789-", 70)
        if random.once(in: 4) {
            var bytes = Array(text.utf8)
            bytes[random.below(bytes.count)] = UInt8(random.below(0x80))
            text = String(decoding: bytes, as: UTF8.self)
        }
        if random.once(in: 10) { text = " " + text + "\t" }
        // Encoded labels are libidn2's to judge.
        return text.lowercased().utf8.count > 3 && text.lowercased().contains("xn--") ? "a@b" : text
    }

    @Test("the laws hold for every text: keys of keys, case, blanks, thorough and fast", arguments: [11, 12, 13])
    func laws(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var parser = AddressParser()
        let alphabet =
            Self.letters + Self.letters + "0123456789..--@@éüßİıſKÅ\u{301}\u{308}\u{331}\u{30C}HTWYJ"
            + "äöΣςдж用户\u{200D}אب。ｘｎ－_=\u{338}"
        for _ in 0..<6_000 {
            let local = random.word(1 + random.below(8), of: alphabet)
            let name = random.word(1 + random.below(8), of: alphabet)
            let text = random.once(in: 3) ? "\(local)@\(name).com" : random.once(in: 2) ? "\(local)@b.de" : "a@\(name)"
            let bytes = Array(text.utf8)
            let parsed = parse(bytes, with: &parser)
            let others = [
                bytes.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 },
                bytes.map { (0x61...0x7A).contains($0) ? $0 - 32 : $0 },
            ]
            if parsed.flaw == nil {
                #expect(parse(Array(parsed.key.utf8), with: &parser).key == parsed.key, "\(visible(bytes))")
                #expect(parse([0x20, 9] + bytes + [0x20], with: &parser).key == parsed.key, "\(visible(bytes))")
                #expect(parsed.key.utf8.count <= 254 && (1...64).contains(parsed.localLength))
            }
            for other in others {
                let again = parse(other, with: &parser)
                // Case opens or closes a composition now and then (H + U+0331): then one spelling is not in NFC.
                if again.flaw == .notNFC || parsed.flaw == .notNFC { continue }
                #expect(again.key == parsed.key, "\(visible(bytes)) and \(visible(other))")
            }
        }
    }

    @Test("no bytes at all bring the parser down, and no key comes of bytes that are no UTF-8")
    func noise() {
        var random = SeededGenerator(seed: 77)
        var parser = AddressParser()
        for _ in 0..<20_000 {
            var bytes = random.bytes(random.below(40))
            if random.once(in: 2), !bytes.isEmpty { bytes[random.below(bytes.count)] = 0x40 }
            let parsed = parse(bytes, with: &parser)
            if String(validating: bytes, as: UTF8.self) == nil { #expect(parsed.flaw != nil, "\(visible(bytes))") }
            #expect((parsed.flaw == nil) != parsed.key.isEmpty)
        }
    }

    @Test("every control, format and direction character of Unicode is refused, in local part and domain")
    func invisible() {
        var parser = AddressParser()
        var seen = 0
        for value in (0 as UInt32)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value), value != 0x200C, value != 0x200D else { continue }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: break
            default: continue
            }
            seen += 1
            let mark = String(scalar)
            for text in ["a\(mark)b@example.com", "a@exa\(mark)mple.com"] {
                let flaw = parse(Array(text.utf8), with: &parser).flaw
                #expect(flaw == .control || flaw == .bidi, "U+\(String(value, radix: 16))")
            }
        }
        #expect(seen > 200)
    }
}
