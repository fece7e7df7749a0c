/// An LDIF file, in up to three passes: first which DNs are members of something, then all entries, then who is in
/// which list. So members may stand before or behind their lists, and only the ids of members are kept.

internal import ConnectorKit

struct LDIFList: ~Copyable {
    private let options: Options
    private var members = MemberNames()
    private var scratch = DistinguishedName()
    private(set) var strangers = 0
    private(set) var references = 0

    init(_ options: Options) { self.options = options }

    /// Takes the reader for the first pass, and `again` for a new one from the start of the same content.
    mutating func read(
        _ reader: ByteReader, _ sink: EntrySink, again: () throws(Stop) -> ByteReader
    ) throws(Stop) {
        try findMembers(reader)
        try readEntries(try again(), sink)
        if !members.isEmpty { try readEdges(try again(), sink) }
    }

    private mutating func findMembers(_ reader: ByteReader) throws(Stop) {
        var ldif = LDIFReader()
        var entry = LDIFEntry(options)
        while try ldif.next(reader) {
            entry.read(&ldif, reader)
            for name in entry.row.names {
                scratch.set(name)
                members.want(scratch)
            }
            if case .result(let code) = entry.verdict {
                if code != 0 {
                    throw .failed("The search that made the LDIF ended with error \(code): it is not complete.")
                }
            }
        }
    }

    private mutating func readEntries(_ reader: ByteReader, _ sink: EntrySink) throws(Stop) {
        var ldif = LDIFReader()
        var entry = LDIFEntry(options)
        var isWhole = true
        while try ldif.next(reader) {
            entry.read(&ldif, reader)
            isWhole = entry.isEmpty || (entry.flaw == nil && entry.isOfInterest)
            if entry.isEmpty { continue }
            if let flaw = entry.flaw {
                try sink.bad(entry.row.place, flaw)
                continue
            }
            switch entry.verdict {
            case .change: throw .failed("The LDIF holds changes (line \(ldif.line)), not entries.")
            case .reference: references += 1
            case .result: continue
            case .other:
                if entry.name.isEmpty { try sink.bad(entry.row.place, "has no DN") }
            case .entry:
                let id = sink.id(of: entry.row)
                if !members.isEmpty, id.count > 0, id.count <= 1024 {
                    scratch.set(entry.name)
                    members.found(scratch, id: id)
                }
                try sink.add(entry.row)
            }
        }
        // A file that was cut behind a whole line looks like this; one that was not ends with an empty line.
        if !isWhole, !ldif.endsWithEmptyLine {
            throw .failed(
                "The LDIF ends in the entry on line \(ldif.line), which has no address: it seems to have been cut.")
        }
        try reader.finish()
    }

    private mutating func readEdges(_ reader: ByteReader, _ sink: EntrySink) throws(Stop) {
        var ldif = LDIFReader()
        var entry = LDIFEntry(options)
        while try ldif.next(reader) {
            entry.read(&ldif, reader)
            guard entry.flaw == nil, case .entry = entry.verdict else { continue }
            for name in entry.row.names {
                scratch.set(name)
                let row = sink.id(of: entry.row)
                let known = try members.withID(of: scratch) { (member) throws(Stop) in
                    try sink.edge(copying: row, member)
                }
                if !known { strangers += 1 }
            }
        }
        try reader.finish()
    }
}
