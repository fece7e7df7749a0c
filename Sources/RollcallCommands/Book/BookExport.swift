internal import ArgumentParser
internal import RollcallCore
internal import RollcallGateway
internal import RollcallStore

/// Writes the book for a gateway. A file is replaced whole or not at all: a gateway that reads it at any moment reads the
/// old list or the new one, never the half of one.
struct BookExport: Verb {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the address book to a file for a gateway.",
        discussion: "The file is replaced in one step. Without --to the list goes to standard output.")

    @Argument(help: "The domain.") var domain: DomainReference
    @Option(help: "postfix, exim, rspamd, opensmtpd, haraka, list, csv, json or ldif.") var format: ExportFormat
    @Option(help: ArgumentHelp("The file to write.", valueName: "file")) var to: String?
    @Flag(help: "Leave out addresses in grace.") var activeOnly = false
    @Flag(help: "Replace lists within lists by their members (csv, json, ldif).") var flatten = false
    @OptionGroup var options: GlobalOptions

    struct Document: Encodable {
        let domain: String
        let format: String
        let file: String
        let bytes: Int
        let edition: Int64
    }

    func answer(_ session: Session) throws -> Answer {
        let (domain, bytes) = try session.store().read { db -> (Domain, [UInt8]) in
            let found = try Session.domain(db, self.domain)
            return (found, try content(db, found))
        }
        guard let to, to != "-" else { return Answer { console in try console.answer(bytes) } }
        try AtomicFile.replace(to, bytes)
        var answer = Answer(
            Document(
                domain: domain.name, format: format.rawValue, file: to, bytes: bytes.count, edition: domain.edition),
            "Wrote edition \(domain.edition) of \(domain.name) to \(to).")
        if format.isRecipientTable, !domain.enforce {
            answer.hint =
                "Enforcement of \(domain.name) is off, but a gateway that reads this file refuses other addresses."
        }
        return answer
    }

    private func content(_ db: any Database, _ domain: Domain) throws -> [UInt8] {
        let flat = flatten ? try FlatMembers(db, domain) : nil
        if format == .json { return try JSONText.encode(BookDocument(db, domain, flat: flat), pretty: false) }
        if format.isRecipientTable {
            var table = RecipientTable(domain, withGrace: !activeOnly)
            try BookEntries.each(db, domain) { table.add($0) }
            return table.bytes(format)
        }
        var bytes = format == .csv ? CSVExport.header : LDIFExport.header
        try BookEntries.each(db, domain) { entry in
            // What is in grace is no member of the directory any more.
            guard !entry.isGrace else { return }
            var entry = entry
            if let flat, entry.isList { entry.members = flat.of(entry) }
            if format == .csv {
                CSVExport.append(entry, to: &bytes)
            } else {
                LDIFExport.append(entry, domain.name, to: &bytes)
            }
        }
        return bytes
    }
}

extension ExportFormat: ExpressibleByArgument {}
