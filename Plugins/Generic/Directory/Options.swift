/// The settings of a generic source, with their defaults, as the readers want them.

internal import CHash
internal import ConnectorKit

struct Options: Sendable {
    var location: String
    var format: Format?
    var user: String
    var password: String
    var authorityFile: String
    var hostKey: String
    var columns: Columns
    /// Between the values of one cell.
    var separator: [UInt8]
    /// How many bad rows a complete read may have.
    var toleratedBadRows: Int
    /// What a download may come to, in bytes.
    var sizeLimit: Int64

    /// The names of the columns (CSV) or keys (JSON). A column that bears its standard name may be missing.
    struct Columns: Sendable, Equatable {
        var id = "id"
        var email = "email"
        var aliases = "aliases"
        var name = "name"
        var type = "type"
        var members = "members"

        static let standard = Columns()
    }

    init(_ settings: Pairs) {
        func text(_ name: String, _ standard: String = "") -> String {
            let value = settings.text(name)
            return value.isEmpty ? standard : value
        }
        location = settings.text("location")
        format = Format(rawValue: settings.text("format"))
        user = settings.text("user")
        password = settings.text("password")
        authorityFile = settings.text("ca_file")
        hostKey = settings.text("host_key")
        let standard = Columns.standard
        columns = Columns(
            id: text("id_column", standard.id), email: text("email_column", standard.email),
            aliases: text("aliases_column", standard.aliases), name: text("name_column", standard.name),
            type: text("type_column", standard.type), members: text("members_column", standard.members))
        separator = Array(text("separator", ";").utf8)
        toleratedBadRows = max(0, settings.number("bad_rows", standard: 0))
        sizeLimit = Int64(max(1, settings.number("max_megabytes", standard: 1024))) << 20
    }

    /// Of everything that decides what a given content means. A state made under another digest proves nothing.
    var digest: String {
        let parts = [
            Generic.version, format?.rawValue ?? "auto", columns.id, columns.email, columns.aliases, columns.name,
            columns.type, columns.members, String(decoding: separator, as: UTF8.self), String(toleratedBadRows),
            // An ETag belongs to its URL. A path says nothing about what is in the file, and differs for posted lists.
            location.hasPrefix("/") ? "" : location,
        ]
        let bytes = Array(parts.joined(separator: "\u{0}").utf8)
        return Digest(bytes.withUnsafeBytes { rollcall_hash128($0.baseAddress, $0.count, 0) }).text
    }
}

/// The forms that a list may have.
enum Format: String, Sendable { case csv, json, jsonl, ldif }
