internal import RollcallCore
internal import RollcallStore

/// One form of a book as people and other programs read it: entries with all that they have, one after the other.
protocol ExportDocument {
    var header: [UInt8] { get }
    func begin(_ stamp: ExportStamp) -> [UInt8]
    func append(_ entry: Entry, _ domain: Domain, to bytes: inout [UInt8])
}
