internal import FoundationEssentials
internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// Refusals for programs: application/problem+json (RFC 9457), with the class and the hint that the command line gives.
enum Problems {
    struct Document: Encodable {
        let type: String
        let title: String
        let status: Int
        let detail: String
        let instance: String?
        let hint: String?
        let errors: [Flaw]

        struct Flaw: Encodable {
            let pointer: String
            let message: String
        }
    }

    static func response(_ failure: WebFailure, _ request: WebRequest?) -> WebResponse {
        let document = Document(
            type: "urn:rollcall:problem:\(failure.class)", title: title(failure.status), status: failure.status,
            detail: failure.message, instance: request?.path, hint: failure.hint,
            errors: failure.field.map { [.init(pointer: "/\($0)", message: failure.message)] } ?? [])
        var response =
            (try? WebResponse.json(document, status: failure.status)) ?? WebResponse(failure.status, "text/plain", [])
        response.headers = [("content-type", "application/problem+json")]
        return response
    }

    /// Before it is known what was asked for.
    static func plain(_ failure: WebFailure) -> WebResponse {
        var response = WebResponse(failure.status, "text/plain; charset=utf-8", "\(failure.message)\n".utf8)
        if let seconds = failure.retryAfter { response = response.with("retry-after", String(seconds)) }
        return response.with("content-security-policy", Headers.policy).with("x-content-type-options", "nosniff")
    }

    private static func title(_ status: Int) -> String {
        switch status {
        case 400: "Bad request"
        case 401: "Sign in"
        case 403: "Not permitted"
        case 404: "Not found"
        case 405: "Not possible"
        case 409: "Conflict"
        case 412: "Changed meanwhile"
        case 413: "Too large"
        case 415: "Unexpected content"
        case 421: "Another host"
        case 422: "Not valid"
        case 428: "Precondition required"
        case 429: "Too many"
        case 503: "Unavailable"
        default: status >= 500 ? "Failed" : "Refused"
        }
    }
}
