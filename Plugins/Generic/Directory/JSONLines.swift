/// JSON Lines: an object a line. A last line without its end that is no whole object says that the file was cut.

internal import ConnectorKit

struct JSONLines {
    private let entry: JSONEntry

    init(_ options: Options) { entry = JSONEntry(options) }

    func read(_ reader: ByteReader, _ sink: EntrySink) throws(Stop) {
        var row = Row()
        var number = 0
        while let line = try TextLine(reader) {
            number += 1
            row.place = .line(number)
            defer { reader.start = line.next }
            if reader.slice(line.from, line.to).trimmed.isEmpty { continue }
            var cursor = JSONCursor(reader.base, from: line.from, to: line.to)
            do throws(JSONFlaw) {
                try entry.fill(&row, &cursor)
                guard cursor.isAtEnd else { throw JSONFlaw("has something behind its object") }
            } catch {
                let flaw = error.text
                if !line.isTerminated {
                    throw .failed("The file ends within line \(number), which \(flaw): it has been cut.")
                }
                try sink.bad(row.place, flaw)
                continue
            }
            try sink.add(row)
        }
    }
}

/// A line that is whole in the buffer: where it begins and ends (without its line end), and where the next one begins.
struct TextLine {
    let from: Int
    let to: Int
    let next: Int
    let isTerminated: Bool

    /// nil at the end of the file.
    init?(_ reader: ByteReader) throws(Stop) {
        var looked = 0
        while true {
            let bytes = reader.slice(reader.start, reader.end)
            if let hit = bytes.firstIndex(ofByte: 0x0A, from: looked) {
                let cr = hit > 0 && bytes[hit - 1] == 0x0D
                from = reader.start
                to = reader.start + hit - (cr ? 1 : 0)
                next = reader.start + hit + 1
                isTerminated = true
                return
            }
            looked = bytes.count
            if try reader.more() { continue }
            if reader.start == reader.end { return nil }
            from = reader.start
            to = reader.end
            next = reader.end
            isTerminated = false
            return
        }
    }
}
