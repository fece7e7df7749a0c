/// CSV for spreadsheets: every cell quoted, and one that a spreadsheet would take for a formula has an apostrophe before
/// it (OWASP). Judged on scalars: a Character can hide the sign behind a combining mark.
package enum CSVText {
    package static func line(_ cells: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, cell) in cells.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "\""))
            if let first = cell.unicodeScalars.first, isFormula(first) { bytes.append(UInt8(ascii: "'")) }
            for byte in cell.utf8 {
                if byte == UInt8(ascii: "\"") { bytes.append(byte) }
                bytes.append(byte)
            }
            bytes.append(UInt8(ascii: "\""))
        }
        return bytes + [0x0D, 0x0A]
    }

    private static func isFormula(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": true
        default: false
        }
    }
}

/// An operation as a row of a table: the same in the dashboard's download and in a report's attachment.
package enum OperationText {
    package static let header = ["op", "what", "address", "of", "before", "after", "reason", "objectId"]

    package static func cells(_ operation: Operation) -> [String] {
        [
            operation.op.rawValue, operation.what.rawValue, operation.address, operation.of ?? "",
            facts(operation.before), facts(operation.after), operation.reason, operation.objectId ?? "",
        ]
    }

    package static func facts(_ facts: Operation.Facts?) -> String {
        guard let facts else { return "" }
        return [
            facts.address, facts.kind, facts.name.map { $0.isEmpty ? "no name" : $0 }, facts.of.map { "of \($0)" },
        ].compactMap { $0 }.joined(separator: ", ")
    }
}
