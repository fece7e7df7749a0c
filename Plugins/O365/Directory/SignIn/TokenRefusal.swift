/// What a refused token means, and whose turn it is. Decided by the HTTP status and `error`; Microsoft's numbers only
/// choose the words, with a fallback for those that are not known.

internal import ConnectorKit

struct TokenRefusal {
    let status: Int
    let error: String
    let codes: [Int]
    let text: String

    init(_ response: HTTPResponse, _ body: Bytes) {
        let json = JSONValue(body) ?? .null
        status = response.status
        error = Text.oneLine(json["error"].text ?? "", limit: 60)
        text = Text.oneLine(json["error_description"].text ?? "")
        codes = json["error_codes"].elements.compactMap(\.number)
    }

    /// The same request may be answered later.
    var isTransient: Bool {
        error == "temporarily_unavailable" || codes.contains { [90033, 90006, 50196].contains($0) }
            || status == 429 || status >= 500
    }

    func stop(_ options: Options) -> Stop {
        let detail = "\(status) \(error) \(text)"
        let isConsent = options.auth == .consent
        /// Whatever is wrong with the app registration itself: of the source, or of the operator.
        func credential(_ field: String, _ sentence: String) -> Stop {
            guard isConsent else { return .badSettings(field, sentence, detail: detail) }
            return .badSettings(
                "auth", "Rollcall's own app registration (connectors.o365 in rollcall.yaml): " + sentence,
                detail: detail)
        }
        func noConsent() -> Stop {
            if isConsent {
                return .needConsent(
                    "Rollcall has no access to the tenant any more, or never had: grant access.", detail: detail)
            }
            return .needConsent(
                "The app is not in that tenant: check tenant_id, and have an administrator of the tenant consent to the app.",
                detail: detail)
        }
        for code in codes {
            switch code {
            case 7_000_215:
                return credential("client_secret", "The client secret is wrong. Enter its value, not its ID.")
            case 7_000_222:
                return credential("client_secret", "The client secret has expired: make a new one and enter it.")
            case 7_000_218: return credential("client_secret", "No client secret was given.")
            case 700_027, 50_027, 700_023:
                return credential(
                    "certificate", "The certificate is not one of the app registration's, or its key is another's.")
            case 700_024:
                return credential("certificate", "The signed statement is out of its time: check this machine's clock.")
            case 700_016, 7_000_229, 65_001: return noConsent()
            case 7_000_112:
                return .denied("The app is disabled in that tenant: an administrator can enable it.", detail: detail)
            case 90_002: return .badSettings("tenant_id", "There is no such tenant in this cloud.", detail: detail)
            case 90_038: return .badSettings("cloud", "The tenant lives in another (national) cloud.", detail: detail)
            case 500_011, 70_011, 1_002_012:
                return .badSettings(
                    "cloud", "The sign-in does not know the Graph service of this cloud.", detail: detail)
            case 53_003: return .denied("Conditional access in the tenant blocks the app.", detail: detail)
            default: continue
            }
        }
        switch error {
        case "unauthorized_client": return noConsent()
        case "invalid_client":
            return credential(
                options.auth == .certificate ? "certificate" : "client_secret",
                "The sign-in refuses the app's credentials.")
        case "invalid_scope", "invalid_resource":
            return .badSettings("cloud", "The sign-in does not know the Graph service of this cloud.", detail: detail)
        case "invalid_request" where status == 400:
            return .badSettings("tenant_id", "The sign-in refuses the request: check tenant and cloud.", detail: detail)
        default:
            return .denied("The sign-in refuses a token (\(error.isEmpty ? "HTTP \(status)" : error)).", detail: detail)
        }
    }
}
