internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// The JSON of `book show` (cli.md), written entry by entry, with the time at which it was. Several domains stand in a
/// list under `domains`. By hand, since an encoder would want the whole book in memory first; a test holds it against
/// `EntryDocument`, which says the same to the other commands.
struct JSONExport {
    let output: any ExportOutput
    let withGrace: Bool

    func write(_ db: any Database, _ domain: Domain, _ stamp: ExportStamp, _ flat: FlatMembers?) throws {
        let owners = try OwnerNames(db, domain)
        try write(#"{"accounts":["#)
        try entries(db, domain, owners, flat, isList: false)
        try write(
            #"],"domain":\#(Self.text(domain.name)),"edition":\#(stamp.edition),"exportedAt":"\#(stamp.at)","lists":["#)
        try entries(db, domain, owners, flat, isList: true)
        try write("]}")
    }

    func write(_ text: String) throws { try output.write(Array(text.utf8)) }

    private func entries(
        _ db: any Database, _ domain: Domain, _ owners: OwnerNames, _ flat: FlatMembers?, isList: Bool
    ) throws {
        var isFirst = true
        var bytes: [UInt8] = []
        try BookEntries.each(db, domain) { entry in
            guard entry.isList == isList, withGrace || !entry.isGrace else { return }
            var entry = entry
            if let flat, isList { entry.members = flat.of(entry) }
            bytes.removeAll(keepingCapacity: true)
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            Self.append(entry, owner: owners[entry.owner], to: &bytes)
            try output.write(bytes)
        }
    }

    /// Keys in the order of their letters, as everywhere.
    static func append(_ entry: Entry, owner: String, to bytes: inout [UInt8]) {
        bytes += #"{"address":"#.utf8
        append(entry.primary, to: &bytes)
        bytes += #","aliases":"#.utf8
        append(entry.aliases, to: &bytes)
        bytes += #","grace":["#.utf8
        for (index, item) in entry.grace.enumerated() {
            bytes += (index == 0 ? #"{"address":"# : #",{"address":"#).utf8
            append(item.address, to: &bytes)
            bytes += #","until":"\#(Timestamp(seconds: item.until))"}"#.utf8
        }
        bytes += #"],"kind":"\#(entry.kind.name)""#.utf8
        if entry.isList {
            bytes += #","members":"#.utf8
            append(entry.members, to: &bytes)
        }
        bytes += #","name":"#.utf8
        append(entry.name, to: &bytes)
        bytes += #","objectId":"#.utf8
        if entry.objectID.isEmpty { bytes += "null".utf8 } else { append(entry.objectID, to: &bytes) }
        bytes += #","owner":"#.utf8
        append(owner, to: &bytes)
        bytes += #","state":"\#(entry.isGrace ? "grace" : "active")","until":"#.utf8
        bytes += (entry.until.map { "\"\(Timestamp(seconds: $0))\"" } ?? "null").utf8
        bytes.append(UInt8(ascii: "}"))
    }

    private static func append(_ texts: [String], to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        for (index, text) in texts.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(text, to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case ..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func text(_ text: String) -> String {
        var bytes: [UInt8] = []
        append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
