internal import RollcallCore

/// How fresh an answer is, so that whoever has it already need not get it again.
struct Validators {
    /// Without its quotation marks.
    let tag: String
    let modified: Timestamp?

    init(tag: String, modified: Timestamp? = nil) {
        self.tag = tag
        self.modified = modified
    }

    /// Whether the asker has just this. A tag says more than a date, which only counts where no tag is sent.
    func match(_ request: WebRequest) -> Bool {
        if let tags = request.headers["if-none-match"] {
            return tags.utf8.split(separator: UInt8(ascii: ",")).contains { part in
                var text = String(decoding: Array(part.drop { $0 == 0x20 }), as: UTF8.self)
                if text.hasPrefix("W/") { text.removeFirst(2) }
                return text == "*" || text == "\"\(tag)\""
            }
        }
        guard let modified, let text = request.headers["if-modified-since"], let since = HTTPDate.time(text) else {
            return false
        }
        return modified <= since
    }

    func put(on response: WebResponse) -> WebResponse {
        var response = response.with("etag", "\"\(tag)\"")
        if let modified { response = response.with("last-modified", HTTPDate.text(modified)) }
        return response
    }
}
