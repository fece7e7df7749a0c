/// Why a text is no address (or no domain) that Rollcall takes. The raw value is the word that reports and JSON carry,
/// and `text` is the sentence for people, written to follow "the address X ".
package enum AddressFlaw: String, Error, Sendable, CaseIterable, CustomStringConvertible {
    case empty, tooLong, noAt, severalAt, localPart, localTooLong, quoted, comment, blank, domain, literal
    case control, bidi, unassigned, notUTF8, notNFC

    package var text: String {
        switch self {
        case .empty: "is empty"
        case .tooLong: "is longer than an address (254 octets) or a domain (253) may be"
        case .noAt: "has no @"
        case .severalAt: "has more than one @"
        case .localPart: "has a local part with characters or dots that may not stand there"
        case .localTooLong: "has a local part of more than 64 octets"
        case .quoted: "has a quoted local part, which is not supported"
        case .comment: "has a comment in parentheses, which is not supported"
        case .blank: "has a blank in it"
        case .domain: "has a domain that is no valid domain name"
        case .literal: "has an IP address instead of a domain name"
        case .control: "has a control or invisible character in it"
        case .bidi: "has a character in it that changes the direction of writing"
        case .unassigned: "has a code point in it that Unicode has not assigned"
        case .notUTF8: "is not valid UTF-8"
        case .notNFC: "has a local part that is not in the composed form of Unicode (NFC)"
        }
    }

    /// What is wrong with the name of a domain, as a whole sentence.
    package func sentence(ofDomain name: String) -> String {
        self == .domain
            ? "“\(name)” is no domain name that can receive mail." : "The domain name “\(name)” \(text)."
    }

    package var description: String { text }
}
