/// An answer of Graph that is not the one asked for: judged by status and `code`, never by the message. The one exception
/// is the reader's business: an expired delta link has nothing but its message, so there any 400 counts.

internal import ConnectorKit

struct GraphRefusal {
    let status: Int
    let code: String
    let message: String
    let detail: String

    init(_ answer: Answer) {
        let error = (JSONValue(answer.body) ?? .null)["error"]
        status = answer.status
        code = Text.oneLine(error["code"].text ?? "", limit: 80)
        message = Text.oneLine(error["message"].text ?? "")
        detail = "HTTP \(status) \(code): \(message) (request-id \(answer.response.requestID))"
    }

    /// For whom nothing else is special about it.
    func stop(_ what: String, needs permission: String, _ options: Options) -> Stop {
        switch status {
        case 401:
            return .denied(
                "\(what): Microsoft Graph does not accept the token, not even a new one. Is it the right cloud?",
                detail: detail)
        case 403:
            let again =
                options.auth == .consent
                ? "grant access again" : "add it to the app registration and grant admin consent"
            return .denied("\(what): the permission \(permission) is missing; \(again).", detail: detail)
        case 300..<400: return .failed("\(what) is answered with a redirect, which is not followed.", detail: detail)
        default: return .failed("\(what): Microsoft Graph answers HTTP \(status) \(code).", detail: detail)
        }
    }
}
