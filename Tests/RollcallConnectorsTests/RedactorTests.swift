import RollcallConnectors
import Testing

internal import Foundation

/// In whatever dress a secret comes, it does not pass.
@Suite("redaction")
struct RedactorTests {
    private static let secret = "pä$$ w/rd+\"42\"\n<&>"

    private static var dresses: [String] {
        let bytes = Data(secret.utf8)
        let json = try? JSONSerialization.data(withJSONObject: [secret])
        return [
            secret, bytes.base64EncodedString(), Data(("user:" + secret).utf8).base64EncodedString(),
            Data(("u:" + secret).utf8).base64EncodedString(), Data(("me:" + secret + "@x").utf8).base64EncodedString(),
            bytes.base64EncodedString().split(separator: "+").joined(separator: "-").split(separator: "/")
                .joined(separator: "_"),
            secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "",
            (secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "").lowercased(),
            String(decoding: json ?? Data(), as: UTF8.self),
        ]
    }

    @Test("each encoding is found", arguments: 0..<9)
    func dress(index: Int) {
        let redactor = Redactor(secrets: [Self.secret])
        let dress = Self.dresses[index]
        let out = redactor.redact("before \(dress) after")
        #expect(out.hasPrefix("before "))
        #expect(out.hasSuffix(" after"))
        #expect(out.contains("[secret]"), "\(out)")
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

    @Test("long lines are cut at a character, control characters become blanks")
    func readable() {
        let long = Incoming.readable(Array(String(repeating: "ü", count: 3000).utf8))
        #expect(long == String(repeating: "ü", count: 2048))
        #expect(Incoming.readable(Array("a\u{1B}[31mb\r\n\u{9B}".utf8)) == "a [31mb   ")
    }
}
