/// What kind of CSV it is, from its header line: the separator, the line end, and whether a spreadsheet's `sep=;`
/// stands before it.

internal import ConnectorKit

struct CSVDialect {
    var separator: UInt8 = 0x2C
    var terminator: UInt8 = 0x0A
    var hasDeclaration = false

    private static let usual: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C]

    /// The separator that makes the email column appear; else the one that occurs most.
    init(_ reader: ByteReader, emailColumn: [UInt8]) throws(Stop) {
        var header = try Self.firstLine(reader, from: 0)
        terminator = header.terminator
        if let declared = Self.declaration(header.text(reader)) {
            separator = declared
            hasDeclaration = true
            return
        }
        while header.text(reader).trimmed.isEmpty, !header.isLast {
            header = try Self.firstLine(reader, from: header.next)
        }
        let line = header.text(reader)
        var most = 0
        var found = false
        for candidate in Self.usual {
            let (cells, hasEmail) = Self.cells(line, candidate, emailColumn)
            if (hasEmail && !found) || (hasEmail == found && cells > most) {
                separator = candidate
                most = cells
                found = hasEmail
            }
        }
    }

    private struct Line {
        var from: Int
        var to: Int
        var next: Int
        var terminator: UInt8
        var isLast: Bool

        func text(_ reader: ByteReader) -> Bytes { reader.slice(reader.start + from, reader.start + to) }
    }

    /// The line that begins `from` bytes behind the reader's position, which does not move.
    private static func firstLine(_ reader: ByteReader, from: Int) throws(Stop) -> Line {
        var at = from
        var quoted = false
        while true {
            while reader.start + at < reader.end {
                let byte = reader.base[reader.start + at]
                if byte == 0x22 { quoted.toggle() }
                if !quoted, byte == 0x0A {
                    return Line(from: from, to: at, next: at + 1, terminator: 0x0A, isLast: false)
                }
                if !quoted, byte == 0x0D {
                    // CR+LF is LF for us; a bare CR ends lines by itself.
                    let known = reader.start + at + 1 < reader.end
                    if !known, try reader.more() { continue }
                    let bare = known && reader.base[reader.start + at + 1] != 0x0A
                    if bare { return Line(from: from, to: at, next: at + 1, terminator: 0x0D, isLast: false) }
                }
                at += 1
            }
            if try !reader.more() { return Line(from: from, to: at, next: at, terminator: 0x0A, isLast: true) }
        }
    }

    private static func declaration(_ line: Bytes) -> UInt8? {
        let text = line.trimmed
        if text.count == 5, text.starts(with: "sep=") || text.starts(with: "SEP=") { return text[4] }
        return line.count == 5 && line.starts(with: "sep=") ? line[4] : nil
    }

    private static func cells(_ line: Bytes, _ separator: UInt8, _ email: [UInt8]) -> (Int, Bool) {
        var cells = 1
        var quoted = false
        var from = 0
        var hasEmail = false
        func isEmail(_ to: Int) -> Bool {
            var cell = Bytes(rebasing: line[from..<to]).trimmed
            if cell.count >= 2, cell[0] == 0x22, cell[cell.count - 1] == 0x22 {
                cell = Bytes(rebasing: cell[1..<cell.count - 1]).trimmed
            }
            return cell.isName(email)
        }
        for index in 0..<line.count {
            if line[index] == 0x22 { quoted.toggle() }
            if !quoted, line[index] == separator {
                if isEmail(index) { hasEmail = true }
                cells += 1
                from = index + 1
            }
        }
        return (cells, hasEmail || isEmail(line.count))
    }
}
