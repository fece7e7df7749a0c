/// A CSV list: what its header says about its columns, and its rows.

internal import ConnectorKit

struct CSVList: ~Copyable {
    private let options: Options
    private(set) var columns: [String] = []
    private(set) var separatorShown = ","

    private var id: Int?
    private var email = 0
    private var aliases: Int?
    private var name: Int?
    private var type: Int?
    private var members: Int?

    init(_ options: Options) { self.options = options }

    mutating func read(_ reader: ByteReader, _ sink: EntrySink) throws(Stop) {
        let dialect = try CSVDialect(reader, emailColumn: Array(options.columns.email.utf8))
        separatorShown = dialect.separator == 0x09 ? "TAB" : String(UnicodeScalar(dialect.separator))
        var csv = CSVReader(separator: dialect.separator, terminator: dialect.terminator)
        if dialect.hasDeclaration { _ = try csv.next(reader) }
        repeat {
            guard try csv.next(reader) else { throw .failed("The list is empty: not even a header is there.") }
        } while csv.isBlankLine(reader)
        try readHeader(csv, reader)
        var row = Row()
        while try csv.next(reader) {
            if csv.isBlankLine(reader) { continue }
            guard csv.count == columns.count, csv.flaw == nil else {
                let flaw = csv.flaw ?? "has \(csv.count) columns, the header has \(columns.count)"
                if csv.isUnterminated {
                    throw .failed("The file ends within line \(csv.line), which \(flaw): it has been cut.")
                }
                try sink.bad(.line(csv.line), flaw)
                continue
            }
            if isBlank(csv, reader) { continue }
            fill(&row, csv, reader)
            try sink.add(row)
        }
    }

    // MARK: Header

    private mutating func readHeader(_ csv: borrowing CSVReader, _ reader: ByteReader) throws(Stop) {
        columns = (0..<csv.count).map { String(decoding: csv.cell($0, of: reader).trimmed, as: UTF8.self) }
        guard csv.flaw == nil, columns.count <= 1000 else {
            throw .failed("The header of the list \(csv.flaw ?? "has more than 1,000 columns").")
        }
        let wanted = options.columns
        let standard = Options.Columns.standard
        id = try find(wanted.id, "id_column", optional: wanted.id == standard.id, csv, reader)
        email = try find(wanted.email, "email_column", optional: false, csv, reader) ?? 0
        aliases = try find(wanted.aliases, "aliases_column", optional: wanted.aliases == standard.aliases, csv, reader)
        name = try find(wanted.name, "name_column", optional: wanted.name == standard.name, csv, reader)
        type = try find(wanted.type, "type_column", optional: wanted.type == standard.type, csv, reader)
        members = try find(wanted.members, "members_column", optional: wanted.members == standard.members, csv, reader)
        let isWhole = id != nil && aliases != nil && name != nil && type != nil && members != nil
        if csv.isUnterminated, !isWhole { throw .failed("The file ends within its header: it has been cut.") }
    }

    private func find(
        _ wanted: String, _ field: String, optional: Bool, _ csv: borrowing CSVReader, _ reader: ByteReader
    ) throws(Stop) -> Int? {
        let bytes = Array(wanted.utf8)
        let hits = (0..<csv.count).filter { csv.cell($0, of: reader).trimmed.isName(bytes) }
        if hits.count > 1 { throw .badSettings(field, "The list has \(hits.count) columns \"\(wanted)\".") }
        if hits.isEmpty, !optional {
            throw .badSettings(
                field, "The list has no column \"\(wanted)\"; its columns are \(shownColumns).")
        }
        return hits.first
    }

    private var shownColumns: String {
        let all = columns.prefix(20).map { name in name.withShownBytes { $0.isEmpty ? "\"\"" : $0 } }
        return all.joined(separator: ", ") + (columns.count > 20 ? ", …" : "")
    }

    // MARK: Rows

    /// Spreadsheets write rows of nothing but separators.
    private func isBlank(_ csv: borrowing CSVReader, _ reader: ByteReader) -> Bool {
        for index in 0..<csv.count where csv.cell(index, of: reader).trimmed.count > 0 { return false }
        return true
    }

    private func fill(_ row: inout Row, _ csv: borrowing CSVReader, _ reader: ByteReader) {
        row.clear()
        row.place = .line(csv.line)
        row.mail = csv.cell(email, of: reader).trimmed
        if let id { row.id = csv.cell(id, of: reader).trimmed }
        if let name { row.name = csv.cell(name, of: reader).trimmed }
        if let type { row.type = csv.cell(type, of: reader).trimmed }
        if let aliases { csv.cell(aliases, of: reader).split(by: options.separator) { row.aliases.append($0) } }
        if let members { csv.cell(members, of: reader).split(by: options.separator) { row.members.append($0) } }
    }
}
