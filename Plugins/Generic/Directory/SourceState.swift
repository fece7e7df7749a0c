/// What a complete read leaves behind, so that the next one can find out cheaply that nothing has changed. Lines of
/// `name=value`; unknown names are ignored, and a state that cannot be read proves nothing.

internal import ConnectorKit

struct SourceState: Equatable {
    private static let title = "generic 1"

    var settings: String
    var content: String
    var etag = ""
    var modified = ""

    init(settings: String, content: String, etag: String = "", modified: String = "") {
        self.settings = settings
        self.content = content
        self.etag = etag
        self.modified = modified
    }

    init?(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var lines = text.split(separator: "\n" as Character, omittingEmptySubsequences: true)
        guard lines.first == Self.title[...] else { return nil }
        lines.removeFirst()
        var values: [Substring: String] = [:]
        for line in lines {
            guard let equals = line.firstIndex(of: "=") else { return nil }
            values[line[..<equals]] = String(line[line.index(after: equals)...])
        }
        guard let settings = values["settings"], let content = values["content"] else { return nil }
        self.init(
            settings: settings, content: content, etag: values["etag"] ?? "", modified: values["modified"] ?? "")
    }

    var bytes: [UInt8] {
        var text = "\(Self.title)\nsettings=\(settings)\ncontent=\(content)\n"
        if !etag.isEmpty { text += "etag=\(etag)\n" }
        if !modified.isEmpty { text += "modified=\(modified)\n" }
        return Array(text.utf8)
    }
}
