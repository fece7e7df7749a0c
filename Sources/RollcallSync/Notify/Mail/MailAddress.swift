package import RollcallCore

/// An address that reports are sent to or from: a checked one, in ASCII, so that it can stand in a header and in an SMTP
/// command as it is. A local part beyond ASCII is refused: it needs SMTPUTF8 on every hop, and a report that half the
/// servers bounce is worse than one that asks for another address.
package struct MailAddress: Sendable, Equatable {
    package let text: String
    package let domain: String

    package init?(_ text: some StringProtocol) {
        guard let address = try? Address(text) else { return nil }
        self.init(address)
    }

    package init?(_ address: Address) {
        guard address.localPart.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        // The key has the local part in lower case; its owner decides whether that is the same mailbox.
        guard let at = address.text.utf8.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        domain = address.domain
        text = "\(address.text[..<at])@\(address.domain)"
    }
}
