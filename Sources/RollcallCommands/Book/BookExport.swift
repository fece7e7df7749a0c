internal import ArgumentParser
internal import RollcallCore
internal import RollcallGateway
internal import RollcallStore

/// Writes the book for a gateway. A file is replaced whole or not at all: a gateway that reads it at any moment reads the
/// old list or the new one, never the half of one.
struct BookExport: Verb {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the address book to a file for a gateway.",
        discussion: """
            The file is replaced in one step. Without --to a text format goes to standard output.

            Every file tells its domain, edition and time where its reader does not mind: postfix, exim, rspamd, \
            opensmtpd, haraka, list and ldif in a comment line for each domain, lmdb and cdb under the key \
            `# rollcall DOMAIN`, json in the keys edition and exportedAt, csv, which has no comments, in FILE.edition.

            Tables of recipients (all but csv, json and ldif) have aliases, domain aliases, and addresses in grace; \
            those that a server refuses by (all but list and rspamd) have postmaster and abuse too. A catch-all \
            stands as @DOMAIN (postfix, lmdb, cdb, opensmtpd, haraka) or *@DOMAIN (exim, cdb: look up with lsearch*@, \
            cdb*@). lmdb needs no postmap; its name ends with .lmdb. An address that begins with # is quoted for \
            exim; postfix (not lmdb) cannot have it, and opensmtpd, haraka and rspamd none with a # anywhere.
            """)

    @Argument(help: "The domain.") var domain: DomainReference?
    @Flag(help: "All domains in one file. One whose enforcement is off accepts every address, by @DOMAIN.")
    var all = false
    @Option(help: "postfix, lmdb, cdb, exim, rspamd, opensmtpd, haraka, list, csv, json or ldif.")
    var format: ExportFormat
    @Option(help: ArgumentHelp("The file to write.", valueName: "file")) var to: String?
    @Flag(help: "Leave out addresses in grace.") var activeOnly = false
    @Flag(help: "Replace lists within lists by their members (csv, json, ldif).") var flatten = false
    @OptionGroup var options: GlobalOptions

    struct Document: Encodable {
        struct Edition: Encodable {
            let domain: String
            let edition: Int64
        }

        let domain: String?
        let format: String
        let file: String
        let bytes: Int
        let edition: Int64?
        /// With `--all`.
        let domains: [Edition]?
    }

    func validate() throws {
        if all == (domain != nil) { throw ValidationError("Name a domain, or say --all.") }
        if format.isBinary, to == nil || to == "-" {
            throw ValidationError("\(format.rawValue) is written into a file only: name it with --to.")
        }
        if to == "" { throw ValidationError("--to is empty: name a file.") }
    }

    func answer(_ session: Session) throws -> Answer {
        var exporter = Exporter(format)
        exporter.activeOnly = activeOnly
        exporter.flatten = flatten
        let (store, now, exported) = (try session.store(), session.now, exporter)
        guard let to, to != "-" else {
            return Answer { console in
                try store.read { db in
                    try exported.stream(db, only: domain.map { try Session.domain(db, $0) }, at: now) {
                        try console.answer($0)
                    }
                }
            }
        }
        let result = try store.read { db in
            try exporter.replace(to, db, only: domain.map { try Session.domain(db, $0) }, at: now)
        }
        return answer(result)
    }

    private func answer(_ result: Exporter.Result) -> Answer {
        let only = all ? nil : result.domains.first
        let document = Document(
            domain: only?.name, format: format.rawValue, file: result.path, bytes: result.bytes,
            edition: only?.edition,
            domains: all ? result.domains.map { .init(domain: $0.name, edition: $0.edition) } : nil)
        let what = only.map { "edition \($0.edition) of \($0.name)" } ?? Counted.text(result.domains.count, "domain")
        var answer = Answer(document, "Wrote \(what) to \(result.path).")
        let open = result.domains.filter { !$0.enforce }
        guard format.isRecipientTable, !open.isEmpty else { return answer }
        if let only {
            answer.hint =
                "Enforcement of \(only.name) is off, but a gateway that reads this file refuses other addresses."
        } else if !format.hasWildcards {
            answer.hint =
                "Enforcement is off for \(Counted.text(open.count, "domain")), but a gateway that refuses by this file "
                + "refuses their other addresses."
        }
        return answer
    }
}

extension ExportFormat: ExpressibleByArgument {}
