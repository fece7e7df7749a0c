/// Keeps other sites from sending forms in a visitor's name: the browser must say that the form is from here, and the
/// form must carry the token of this session, also the one by which people sign in.
enum FormGuard {
    static let field = "token"

    static func check(_ request: WebRequest, _ visitor: Visitor, _ settings: SiteSettings) throws {
        let refusal = WebFailure(
            403, "This form is not from this page, or the page is too old.",
            hint: "Go back, load the page anew, and send it again.")
        if let site = request.headers["sec-fetch-site"] {
            guard site == "same-origin" || site == "none" else { throw refusal }
        } else if let origin = request.headers["origin"] {
            let host = origin.split(separator: "/").last.map { $0.lowercased() } ?? ""
            guard settings.hosts.contains(host) else { throw refusal }
        }
        guard let wanted = visitor.formToken ?? request.cookies[settings.visitCookie].map(RandomText.formToken(of:)),
            let given = try request.headers["x-form-token"] ?? request.form()[field], RandomText.equal(given, wanted)
        else { throw refusal }
    }
}

/// Where a browser is sent after signing in: a place of ours, whatever the link said.
enum NextPath {
    static func checked(_ text: String?) -> String {
        guard let text, text.utf8.first == UInt8(ascii: "/"), text.utf8.count < 500,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
        else { return "/" }
        return text.utf8.dropFirst().first == UInt8(ascii: "/") ? "/" : text
    }
}
