/// Why a request is not answered as asked: a status, one sentence, a hint. A page shows it to people, the API as
/// problem+json; both say the same.
package struct WebFailure: Error, Sendable, Equatable {
    package var status: Int
    package var message: String
    package var hint: String?
    /// The form field at fault.
    package var field: String?
    /// The class of the contract's errors (cli.md): `notFound`, `busy`, `badSettings`, …
    package var `class`: String
    package var retryAfter: Int64?
    /// Where a browser is sent instead.
    var redirect: String?

    init(redirect: String) {
        self.init(303, "See \(redirect).")
        self.redirect = redirect
    }

    package init(
        _ status: Int, _ message: String, hint: String? = nil, field: String? = nil, class: String? = nil,
        retryAfter: Int64? = nil
    ) {
        self.status = status
        self.message = message
        self.hint = hint
        self.field = field
        self.class = `class` ?? Self.class(of: status)
        self.retryAfter = retryAfter
    }

    private static func `class`(of status: Int) -> String {
        switch status {
        case 401: "signIn"
        case 403: "permission"
        case 404: "notFound"
        case 409: "conflict"
        case 412: "changed"
        case 429: "tooMany"
        case 503: "unavailable"
        case 500...: "failed"
        default: "usage"
        }
    }

    static let notFound = WebFailure(404, "There is no such page.", hint: "Start from the overview.")
}
