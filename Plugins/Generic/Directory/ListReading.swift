/// One read of a list from its first byte to its last: the form is found out, and the rows go to the sink.
///
/// To return is to say that the list was whole. Whatever speaks against that is thrown.

internal import ConnectorKit

struct ListReading {
    let file: InputFile
    let options: Options
    let host: Host
    let sink: EntrySink

    struct Result {
        var format: Format
        var digest: Digest?
        var separator = ""
        var columns: [String] = []
        var rows = 0
    }

    func run() throws(Stop) -> Result {
        try file.rewind()
        let reader = reader(hashing: true)
        try skipMark(reader)
        let format: Format
        if let given = options.format { format = given } else { format = try Format.detect(reader) }
        var result = Result(format: format)
        guard reader.start < reader.end else { throw .failed("\(file.name) is empty: not even a header is there.") }
        switch format {
        case .csv:
            var list = CSVList(options)
            try list.read(reader, sink)
            result.columns = list.columns
            result.separator = list.separatorShown
        case .json: try JSONList(options).read(reader, sink)
        case .jsonl: try JSONLines(options).read(reader, sink)
        case .ldif:
            var list = LDIFList(options)
            try list.read(reader, sink) { () throws(Stop) in
                try file.rewind()
                let next = self.reader(hashing: false)
                try skipMark(next)
                return next
            }
            if list.strangers > 0 {
                host.log(.info, "\(list.strangers) members of lists are no entries of the LDIF and were left out.")
            }
            if list.references > 0 {
                host.log(.warn, "\(list.references) references to other servers were not followed.")
            }
        }
        try reader.finish()
        result.digest = reader.digest
        result.rows = sink.rows
        return result
    }

    private func reader(hashing: Bool) -> ByteReader {
        ByteReader(file, host, hashing: hashing) { [sink] () throws(Stop) in try sink.flush() }
    }

    /// Skips a byte order mark; one of UTF-16 says that the file must be saved otherwise.
    private func skipMark(_ reader: ByteReader) throws(Stop) {
        while reader.end - reader.start < 4, try reader.more() {}
        let bytes = reader.slice(reader.start, reader.end)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.start += 3 }
        let isWide =
            bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
            || (bytes.count >= 2 && (bytes[0] == 0) != (bytes[1] == 0))
        if isWide { throw .failed("\(file.name) is UTF-16 text; save it as UTF-8.") }
    }
}

extension Format {
    /// Judges by the first bytes that are no blanks.
    static func detect(_ reader: ByteReader) throws(Stop) -> Format {
        while reader.slice(reader.start, reader.end).trimmed.isEmpty, try reader.more() {}
        let text = reader.slice(reader.start, reader.end).trimmed
        if text.starts(with: "[") { return .json }
        if text.starts(with: "{") { return .jsonl }
        var rest = text
        // Comments, the lines that continue them, and empty lines.
        while rest.starts(with: "#") || rest.starts(with: " ") || rest.starts(with: "\n") || rest.starts(with: "\r"),
            text.starts(with: "#"), let lineEnd = rest.firstIndex(ofByte: 0x0A)
        {
            rest = Bytes(rebasing: rest[(lineEnd + 1)...])
        }
        if rest.starts(with: "dn:") || rest.starts(with: "version:") { return .ldif }
        return .csv
    }
}
