/// Rows of RFC 4180 text: quoted cells with line ends and doubled quotes in them, LF or CR+LF (or the bare CR of old
/// spreadsheets), any separator.
///
/// A row is first found whole in the buffer and only then changed (doubled quotes are closed up in place), so that a
/// row that needs more bytes is simply scanned again.

internal import ConnectorKit
internal import Glibc

struct CSVReader: ~Copyable {
    private struct Cell {
        var from: Int
        var to: Int
        var doubled: Bool
    }

    let separator: UInt8
    /// LF, or CR where the file has only those.
    let terminator: UInt8

    /// Of the row read last.
    private(set) var line = 1
    private(set) var flaw: String?
    /// The file ended with this row, without a line end behind it.
    private(set) var isUnterminated = false
    private var cells: [Cell] = []
    private var nextLine = 1

    init(separator: UInt8, terminator: UInt8) {
        self.separator = separator
        self.terminator = terminator
    }

    var count: Int { cells.count }

    func cell(_ index: Int, of reader: ByteReader) -> Bytes { reader.slice(cells[index].from, cells[index].to) }

    /// Whether the row is a line of nothing but blanks.
    func isBlankLine(_ reader: ByteReader) -> Bool {
        cells.count == 1 && flaw == nil && cell(0, of: reader).trimmed.count == 0
    }

    /// Reads the next row; false at the end of the file. Throws where the file ends inside quotes.
    mutating func next(_ reader: ByteReader) throws(Stop) -> Bool {
        while true {
            switch scan(reader) {
            case .row(let end):
                closeQuotes(reader)
                reader.start = end
                return true
            case .open:
                if try reader.more() { continue }
                if reader.start == reader.end { return false }
                // The end of the file ends the last row too, unless a quote is still open: one more look, at the end.
                if case .row(let end) = scan(reader) {
                    closeQuotes(reader)
                    reader.start = end
                    return true
                }
                throw .failed("The quote that begins on line \(quoteLine) is never closed: the file has been cut.")
            }
        }
    }

    private enum Scan {
        case row(end: Int)
        case open
    }

    private var quoteLine = 0

    /// Finds the cells from `reader.start` on. `open`: the buffer ends before the row does.
    private mutating func scan(_ reader: ByteReader) -> Scan {
        let base = reader.base
        let end = reader.end
        let atEnd = reader.atEnd
        var at = reader.start
        var lines = nextLine
        cells.removeAll(keepingCapacity: true)
        flaw = nil
        guard at < end else { return .open }
        while true {
            var from = at
            var to = at
            var doubled = false
            if at < end, base[at] == 0x22 {
                quoteLine = lines
                from += 1
                guard let close = endOfQuotes(base, from, end, atEnd, &lines, &doubled) else { return .open }
                to = close
                at = close + 1
                // Nothing but the end of the cell may follow.
                if at < end, base[at] == 0x0D, at + 1 < end, base[at + 1] == terminator { at += 1 }
                if at < end, base[at] != separator, base[at] != terminator, !(base[at] == 0x0D && at + 1 == end) {
                    flaw = "has text behind a closing quote"
                    while at < end, base[at] != separator, base[at] != terminator { at += 1 }
                }
                if at < end, base[at] == 0x0D, base[at] != terminator, base[at] != separator {
                    if !atEnd { return .open }
                    at += 1
                }
            } else {
                while at < end, base[at] != separator, base[at] != terminator { at += 1 }
                to = at
                if to > from, base[to - 1] == 0x0D, at == end || base[at] == terminator { to -= 1 }
            }
            if at == end, !atEnd { return .open }
            cells.append(Cell(from: from, to: to, doubled: doubled))
            if at == end || base[at] == terminator {
                isUnterminated = at == end
                line = nextLine
                nextLine = lines + 1
                return .row(end: at == end ? end : at + 1)
            }
            at += 1
        }
    }

    /// The closing quote of a cell that begins at `from`; nil where the buffer ends first, or where only the next byte
    /// could tell a closing quote from a doubled one.
    private func endOfQuotes(
        _ base: UnsafeMutablePointer<UInt8>, _ from: Int, _ end: Int, _ atEnd: Bool, _ lines: inout Int,
        _ doubled: inout Bool
    ) -> Int? {
        var at = from
        while at < end {
            let byte = base[at]
            if byte == terminator { lines += 1 }
            if byte == 0x22 {
                if at + 1 == end { return atEnd ? at : nil }
                if base[at + 1] != 0x22 { return at }
                doubled = true
                at += 1
            }
            at += 1
        }
        return nil
    }

    private mutating func closeQuotes(_ reader: ByteReader) {
        for index in 0..<cells.count where cells[index].doubled {
            let base = reader.base
            var to = cells[index].from
            var from = to
            while from < cells[index].to {
                base[to] = base[from]
                from += base[from] == 0x22 ? 2 : 1
                to += 1
            }
            cells[index].to = to
        }
    }
}
