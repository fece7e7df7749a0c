/// The forms in which a book can be exported (gateway.md).
package enum ExportFormat: String, CaseIterable, Sendable {
    /// The source of a texthash or lmdb table: `address kind`.
    case postfix
    /// The table that Postfix opens as `lmdb:`, without `postmap`.
    case lmdb
    /// D. J. Bernstein's constant database, for Exim and Postfix.
    case cdb
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
        case .postfix, .lmdb, .cdb, .exim, .rspamd, .opensmtpd, .haraka, .list: true
        case .csv, .json, .ldif: false
        }
    }

    /// Written into a file only: they are put together by seeking in it.
    package var isBinary: Bool { self == .lmdb || self == .cdb }

    /// Read by a mail server that refuses by it alone, and so has `postmaster` and `abuse` too, which RFC 5321 and 2142
    /// want accepted. Rspamd only judges, and a plain list is what it says.
    var decides: Bool { isRecipientTable && self != .list && self != .rspamd }

    /// What stands for "every address of this domain" in the reader's language; none where it has no such thing.
    func wildcards(of domain: String) -> [String] {
        switch self {
        case .postfix, .lmdb, .opensmtpd, .haraka: ["@" + domain]
        case .exim: ["*@" + domain]
        // Read by Postfix, which asks for the one, and by Exim, which asks for the other.
        case .cdb: ["*@" + domain, "@" + domain]
        case .rspamd, .list, .csv, .json, .ldif: []
        }
    }

    package var hasWildcards: Bool { !wildcards(of: "").isEmpty }

    /// Postfix puts `.lmdb` to the name of a table by itself, and opens nothing else.
    package func path(_ path: String) -> String { self == .lmdb && !path.hasSuffix(".lmdb") ? path + ".lmdb" : path }
}
