import RollcallCore
import TestSupport
import Testing

internal import Foundation

/// In whatever dress a secret comes, it does not pass.
@Suite("redaction")
struct RedactorTests {
    private static let secret = "pä$$ w/rd+\"42\"\n<&>='"

    private static var dresses: [String] {
        let bytes = Data(secret.utf8)
        let json = try? JSONSerialization.data(withJSONObject: [secret])
        func hex(_ format: String) -> String { bytes.map { String(format: format, $0) }.joined() }
        let percent = secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return [
            secret, bytes.base64EncodedString(), Data(("user:" + secret).utf8).base64EncodedString(),
            Data(("u:" + secret).utf8).base64EncodedString(), Data(("me:" + secret + "@x").utf8).base64EncodedString(),
            bytes.base64EncodedString().split(separator: "+").joined(separator: "-").split(separator: "/")
                .joined(separator: "_"),
            percent, percent.lowercased(), String(decoding: json ?? Data(), as: UTF8.self), hex("%02x"), hex("%02X"),
            "p=C3=A4$$ w/rd+\"42\"\n<&>=3D'", "pä$$ w/rd+&quot;42&quot;\n&lt;&amp;&gt;=&#39;",
            // Folded by an encoder, at any place.
            bytes.base64EncodedString(options: [.lineLength64Characters]), "p=C3=\r\n=A4$$ w/rd=\r\n+\"42\"\n<&>=3D'",
        ]
    }

    @Test("each encoding is found", arguments: 0..<dresses.count)
    func dress(index: Int) {
        let redactor = Redactor(secrets: [Self.secret])
        let dress = Self.dresses[index]
        let out = redactor.redact("before \(dress) after")
        #expect(out.hasPrefix("before "))
        #expect(out.hasSuffix(" after"))
        #expect(out.contains("[secret]"), "\(out)")
    }

    @Test("cut into pieces anywhere, it is found all the same", arguments: 0..<dresses.count)
    func pieces(index: Int) {
        let redactor = Redactor(secrets: [Self.secret, "another one 123"])
        let text = Array("before \(Self.dresses[index]) after pä$$ w/rd and another one 123".utf8)
        let whole = redactor.redact(text)
        for cut in 0...text.count {
            var (held, out) = ([UInt8](), [UInt8]())
            for piece in [text[..<cut], text[cut...]] {
                held += piece
                out += redactor.redact(taking: &held, isLast: false)
            }
            out += redactor.redact(taking: &held, isLast: true)
            #expect(out == whole && held.isEmpty, "cut at \(cut)")
        }
        var random = SeededGenerator(seed: UInt64(index))
        var (held, out, rest) = ([UInt8](), [UInt8](), text[...])
        while !rest.isEmpty {
            let piece = rest.prefix(1 + random.below(5))
            rest = rest.dropFirst(piece.count)
            held += piece
            out += redactor.redact(taking: &held, isLast: rest.isEmpty)
        }
        #expect(out == whole)
    }

    @Test("base64 folded at any column is found")
    func folded() {
        let redactor = Redactor(secrets: ["correct horse battery staple"])
        let text = Array(Data("correct horse battery staple".utf8).base64EncodedString().utf8)
        for column in 1..<36 {
            let folded = text[..<column] + [0x0D, 0x0A] + text[column...]
            #expect(String(decoding: redactor.redact(Array(folded)), as: UTF8.self).hasPrefix("[secret]"), "\(column)")
        }
    }

    @Test("a key in several lines is found line by line")
    func lines() {
        let key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEAAoIB\n-----END KEY-----"
        let redactor = Redactor(secrets: [key])
        #expect(redactor.redact("line: MIIEvQIBADANBgkqhkiG9w0B") == "line: [secret]")
    }

    @Test("what is no secret stays, also beside a short one")
    func harmless() {
        let redactor = Redactor(secrets: ["abc", "hunter2hunter2"])
        #expect(
            redactor.redact("abc is a short word, hunter2 half a secret")
                == "abc is a short word, hunter2 half a secret")
        #expect(Redactor(secrets: []).redact("all of it") == "all of it")
    }

    @Test("the registry forgets its oldest, and knows what was told it last")
    func registry() {
        let registry = SecretRegistry(most: 10)
        for number in 0..<25 { registry.add("secret number \(number) of many") }
        #expect(registry.redact("secret number 24 of many") == "[secret]")
        #expect(registry.redact("secret number 0 of many") == "secret number 0 of many")
    }
}
