package import RollcallCore
package import RollcallStore

/// Writes books in one of the formats: one domain's, or all of them in one file for gateways that have one table. Goes
/// through a book once, entry by entry; what is kept in memory is the addresses of one domain, where they are sorted.
package struct Exporter {
    package let format: ExportFormat
    /// Leave out what is in grace.
    package var activeOnly = false
    /// Replace lists within lists by their members, where members are written at all.
    package var flatten = false
    /// A table tells its edition, unless something around it does.
    package var isStamped = true

    package init(_ format: ExportFormat) { self.format = format }

    package struct Result: Sendable {
        package let path: String
        package let bytes: Int
        package let domains: [Domain]
    }

    /// Replaces the file. `only`: this domain; without, all of them.
    package func replace(
        _ path: String, _ db: any Database, only: Domain?, at now: Timestamp
    ) throws -> Result {
        let domains = try only.map { [$0] } ?? Domains.list(db)
        let path = format.path(path)
        let file = try AtomicFile(path)
        switch format {
        case .lmdb: try fill(LMDBTable(file), db, domains, isAll: only == nil, now)
        case .cdb: try fill(CDBTable(file), db, domains, isAll: only == nil, now)
        default: try write(ExportFile(file), db, domains, isAll: only == nil, now)
        }
        let bytes = try file.commit()
        if format == .csv {
            let stamps = domains.map { Self.stamp($0, now).line }
            try AtomicFile.replace(path + ".edition", stamps.joined().utf8)
        }
        return Result(path: path, bytes: bytes, domains: domains)
    }

    /// Hands out a text format in pieces.
    package func stream(
        _ db: any Database, only: Domain?, at now: Timestamp, _ next: @escaping ([UInt8]) throws -> Void
    ) throws {
        let stream = ExportStream(next)
        try write(stream, db, only.map { [$0] } ?? Domains.list(db), isAll: only == nil, now)
        try stream.flush()
    }

    /// Hands out these domains' recipients, in a text format.
    package func stream(
        _ db: any Database, _ domains: [Int64], at now: Timestamp, _ next: @escaping ([UInt8]) throws -> Void
    ) throws {
        let stream = ExportStream(next)
        let domains = try domains.compactMap { try Domains.find(db, id: $0) }
        try fill(TextTable(format, stream), db, domains, isAll: false, now)
        try stream.flush()
    }

    private func write(
        _ output: any ExportOutput, _ db: any Database, _ domains: [Domain], isAll: Bool, _ now: Timestamp
    ) throws {
        switch format {
        case .csv: try document(CSVExport(), output, db, domains, now)
        case .ldif: try document(LDIFExport(), output, db, domains, now)
        case .json:
            let json = JSONExport(output: output, withGrace: !activeOnly)
            if isAll { try json.write(#"{"domains":["#) }
            for (index, domain) in domains.enumerated() {
                if index > 0 { try json.write(",") }
                try json.write(db, domain, Self.stamp(domain, now), flatten ? FlatMembers(db, domain) : nil)
            }
            try json.write(isAll ? "],\"exportedAt\":\"\(now)\"}\n" : "\n")
        default: try fill(TextTable(format, output), db, domains, isAll: isAll, now)
        }
    }

    private func fill(
        _ table: any RecipientTable, _ db: any Database, _ domains: [Domain], isAll: Bool, _ now: Timestamp
    ) throws {
        for domain in domains {
            if isStamped { try table.stamp(Self.stamp(domain, now)) }
            let recipients = try Recipients(db, domain, withGrace: !activeOnly, withRoles: format.decides)
            try recipients.each { try table.add($0, $1.name) }
            guard let kind = wildcard(domain, isAll: isAll) else { continue }
            for name in [domain.name] + domain.aliases {
                for key in format.wildcards(of: name) {
                    try Array(key.utf8).withUnsafeBytes { try table.add($0, kind) }
                }
            }
        }
        try table.finish()
    }

    /// A table of all domains is all that its gateway knows: it must not refuse the mail of a domain whose enforcement is
    /// still off. A table of one domain is made by somebody who wants it enforced where it is put.
    private func wildcard(_ domain: Domain, isAll: Bool) -> String? {
        if domain.catchall != nil { return "catchall" }
        return isAll && !domain.enforce ? "unenforced" : nil
    }

    private func document(
        _ form: some ExportDocument, _ output: any ExportOutput, _ db: any Database, _ domains: [Domain],
        _ now: Timestamp
    ) throws {
        try output.write(form.header)
        var bytes: [UInt8] = []
        for domain in domains {
            try output.write(form.begin(Self.stamp(domain, now)))
            let flat = flatten ? try FlatMembers(db, domain) : nil
            try BookEntries.each(db, domain) { entry in
                // What is in grace is no member of the directory any more.
                guard !entry.isGrace else { return }
                var entry = entry
                if let flat, entry.isList { entry.members = flat.of(entry) }
                bytes.removeAll(keepingCapacity: true)
                form.append(entry, domain, to: &bytes)
                try output.write(bytes)
            }
        }
    }

    private static func stamp(_ domain: Domain, _ now: Timestamp) -> ExportStamp {
        ExportStamp(domain: domain.name, edition: domain.edition, at: now)
    }
}
