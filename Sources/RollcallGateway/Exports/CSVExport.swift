internal import RollcallCore
internal import RollcallStore

/// CSV with the columns that the generic connector reads by itself. Every cell is quoted, and one whose first scalar a
/// spreadsheet would take for a formula gets an apostrophe before it (OWASP, "CSV injection"); JSON is the lossless form.
///
/// CSV has no comments, so the edition stands in a file beside it.
struct CSVExport: ExportDocument {
    let header = Array("id,email,aliases,name,type,members\r\n".utf8)

    func begin(_ stamp: ExportStamp) -> [UInt8] { [] }

    func append(_ entry: Entry, _ domain: Domain, to bytes: inout [UInt8]) {
        let cells = [
            entry.objectID.isEmpty ? entry.primary : entry.objectID, entry.primary,
            entry.aliases.joined(separator: ";"), entry.name, entry.kind.name, entry.members.joined(separator: ";"),
        ]
        for (index, cell) in cells.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            Self.append(cell, to: &bytes)
        }
        bytes += [0x0D, 0x0A]
    }

    private static func append(_ cell: String, to bytes: inout [UInt8]) {
        let quote = UInt8(ascii: "\"")
        bytes.append(quote)
        if let first = cell.unicodeScalars.first, isFormula(first) { bytes.append(UInt8(ascii: "'")) }
        for byte in cell.utf8 {
            if byte == quote { bytes.append(quote) }
            bytes.append(byte)
        }
        bytes.append(quote)
    }

    private static func isFormula(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": true
        default: false
        }
    }
}
