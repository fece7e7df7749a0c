package import RollcallCore
internal import RollcallStore

/// How fresh an export is: of which domain, which edition, made when. Every export carries one for each domain in it.
package struct ExportStamp: Sendable, Equatable {
    package let domain: String
    package let edition: Int64
    package let at: Timestamp

    /// `# rollcall example.com`: no address can be this key, and in the source of a table it is a comment.
    var key: String { "# rollcall \(domain)" }
    var value: String { "edition \(edition) of \(at)" }
    var line: String { "\(key) \(value)\n" }
}
