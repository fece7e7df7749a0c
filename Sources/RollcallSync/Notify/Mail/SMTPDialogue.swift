internal import RollcallCore

/// Listens to an SMTP session: libcurl tells whether a message went through, not who of several recipients was refused,
/// nor at which step. Of what we say only the kind of command is kept: a sign-in never is.
struct SMTPDialogue {
    enum Step { case greeting, hello, startTLS, signIn, sender, recipient(Int), message, other }

    struct Reply: Equatable {
        var code: Int
        var text: String
        var isForGood: Bool { code >= 500 }
    }

    private(set) var step = Step.greeting
    private(set) var offersTLS = false
    private(set) var isSecure: Bool
    private(set) var recipients: [Int: Reply] = [:]
    /// The last reply to what is not about a recipient.
    private(set) var last: Reply?
    private var asked = 0
    private var rest: [UInt8] = []

    init(isSecure: Bool) { self.isSecure = isSecure }

    mutating func said(_ bytes: UnsafeRawBufferPointer) {
        func begins(_ word: StaticString) -> Bool {
            word.withUTF8Buffer { $0.count <= bytes.count && $0.elementsEqual(bytes.prefix($0.count)) }
        }
        if begins("EHLO") || begins("HELO") {
            step = .hello
        } else if begins("STARTTLS") {
            step = .startTLS
        } else if begins("AUTH") {
            step = .signIn
        } else if begins("MAIL FROM") {
            step = .sender
        } else if begins("RCPT TO") {
            step = .recipient(asked)
            asked += 1
        } else if begins("DATA") {
            step = .message
        } else if begins("QUIT") {
            step = .other
        }
    }

    mutating func heard(_ bytes: UnsafeRawBufferPointer) {
        rest += bytes
        while let end = rest.firstIndex(of: 0x0A) {
            take(Array(rest[..<end]))
            rest.removeSubrange(...end)
        }
        // Lines that never end are no answer.
        if rest.count > 4096 { rest = [] }
    }

    private mutating func take(_ line: [UInt8]) {
        guard line.count >= 3, let code = Int(String(decoding: line.prefix(3), as: UTF8.self)) else { return }
        let text = MailHeader.limited(
            Visible.text(String(decoding: line.dropFirst(4).filter { $0 != 0x0D }, as: UTF8.self)), to: 200)
        let reply = Reply(code: code, text: text)
        let isLast = line.count == 3 || line[3] != UInt8(ascii: "-")
        switch step {
        case .hello:
            if text.uppercased().hasPrefix("STARTTLS") { offersTLS = true }
        case .startTLS where code == 220: isSecure = true
        default: break
        }
        guard isLast else { return }
        if case .recipient(let index) = step { recipients[index] = reply } else { last = reply }
    }
}
