/// What a gateway is told about a key of a map.
package enum AnswerWord: UInt8, CaseIterable, Sendable {
    case ok, notFound, temp

    /// As socketmap writes it, and `gateway check` shows it.
    package var text: String {
        switch self {
        case .ok: "OK"
        case .notFound: "NOTFOUND"
        case .temp: "TEMP"
        }
    }
}

/// The tables that a gateway can ask.
package enum GatewayMap: String, CaseIterable, Sendable {
    /// Who may receive mail (relay_recipient_maps).
    case recipients
    /// To whom it goes instead (virtual_alias_maps).
    case aliases
    /// Which domains there are (relay_domains).
    case domains
    /// Where their mail goes (transport_maps).
    case transport
}

/// Why a gateway is told so.
package enum AnswerReason: Sendable, Equatable {
    case known, subaddress, role, unenforced, catchall
    case grace, unknown
    /// Not sure enough to say "unknown".
    case doubted, emptyBook, stale, notLoaded
    case unmanaged, noAddress, noDomain, unknownMap
    case rewritten, notRewritten, domain, servers, noServers
}

/// An answer without its data, with what is counted of it.
package struct Verdict: Sendable {
    package var word: AnswerWord
    package var reason: AnswerReason
    /// The number of the domain among the books.
    package var domain: Int?
    /// The record that the key stands for.
    package var record: UInt32?
    /// Enforcement is off; on, it would have been refused.
    package var wouldBeRefused = false

    init(_ word: AnswerWord, _ reason: AnswerReason, domain: Int? = nil, record: UInt32? = nil) {
        self.word = word
        self.reason = reason
        self.domain = domain
        self.record = record
    }
}
