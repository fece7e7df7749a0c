/// A JSON array of objects, element by element; an array that does not end was not whole. MailRoute's lists
/// (`[{"email": …, "aliases": […]}]`) are of this form.

internal import ConnectorKit

struct JSONList {
    private let entry: JSONEntry

    init(_ options: Options) { entry = JSONEntry(options) }

    func read(_ reader: ByteReader, _ sink: EntrySink) throws(Stop) {
        guard try next(reader) == 0x5B else { throw .failed("A JSON list must be an array of objects: [{…}, …].") }
        reader.start += 1
        var row = Row()
        var number = 0
        var byte = try next(reader)
        while byte != 0x5D {
            number += 1
            let length = try extent(reader, number)
            row.place = .entry(number)
            try take(&row, reader, length, sink)
            reader.start += length
            byte = try next(reader)
            if byte == 0x2C {
                reader.start += 1
                byte = try next(reader)
                if byte == 0x5D { throw .failed("Behind entry \(number) stands a comma, but no entry follows.") }
            } else if byte == 0 {
                throw Self.cut(number)
            } else if byte != 0x5D {
                throw .failed("Behind entry \(number) stands neither a comma nor the end of the list.")
            }
        }
        reader.start += 1
        guard try next(reader) == 0 else { throw .failed("Something follows behind the end of the JSON list.") }
    }

    private func take(_ row: inout Row, _ reader: ByteReader, _ length: Int, _ sink: EntrySink) throws(Stop) {
        var cursor = JSONCursor(reader.base, from: reader.start, to: reader.start + length)
        do throws(JSONFlaw) {
            try entry.fill(&row, &cursor)
            guard cursor.isAtEnd else { throw JSONFlaw("is not JSON") }
        } catch {
            return try sink.bad(row.place, error.text)
        }
        try sink.add(row)
    }

    /// The next byte that is no blank; 0 at the end of the file.
    private func next(_ reader: ByteReader) throws(Stop) -> UInt8 {
        while true {
            while reader.start < reader.end {
                let byte = reader.base[reader.start]
                if !JSONCursor.isBlank(byte) { return byte == 0 ? 1 : byte }
                reader.start += 1
            }
            if try !reader.more() { return 0 }
        }
    }

    /// How long the value at the reader's position is. All of it is then in the buffer.
    private func extent(_ reader: ByteReader, _ number: Int) throws(Stop) -> Int {
        var offset = 0
        var depth = 0
        var inString = false
        while true {
            while reader.start + offset < reader.end {
                let byte = reader.base[reader.start + offset]
                offset += 1
                if inString {
                    if byte == 0x5C {
                        offset += 1
                    } else if byte == 0x22 {
                        inString = false
                        if depth == 0 { return offset }
                    }
                    continue
                }
                switch byte {
                case 0x22: inString = true
                case 0x7B, 0x5B:
                    depth += 1
                    if depth > JSONCursor.depthLimit {
                        throw .failed("Entry \(number) is nested deeper than \(JSONCursor.depthLimit) levels.")
                    }
                case 0x7D, 0x5D:
                    if depth == 0 { return offset - 1 }
                    depth -= 1
                    if depth == 0 { return offset }
                case 0x2C where depth == 0: return offset - 1
                default: break
                }
            }
            if try !reader.more() { throw Self.cut(number) }
        }
    }

    private static func cut(_ number: Int) -> Stop {
        .failed("The JSON list does not end: the file has been cut at or behind entry \(number).")
    }
}
