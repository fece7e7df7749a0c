/// The forms in which a book can be exported (gateway.md).
package enum ExportFormat: String, CaseIterable, Sendable {
    /// The source of a texthash or lmdb table: `address kind`.
    case postfix
    /// The source of an lsearch or cdb table: `address: kind`.
    case exim
    /// One address a line.
    case rspamd, opensmtpd, haraka, list
    /// With the columns that the generic connector reads.
    case csv
    /// As `book show --json`.
    case json
    case ldif

    /// Tables by which a gateway accepts or refuses: they have every address, also those of domain aliases, and those in
    /// grace, since refusing one of these for good is the harm that grace is there to prevent.
    package var isRecipientTable: Bool {
        switch self {
        case .postfix, .exim, .rspamd, .opensmtpd, .haraka, .list: true
        case .csv, .json, .ldif: false
        }
    }
}
