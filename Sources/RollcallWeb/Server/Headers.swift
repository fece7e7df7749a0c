/// The headers that every answer carries (reliability.md 3.7), put on in one place.
enum Headers {
    static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

    static func complete(_ response: WebResponse, _ request: WebRequest, isSecure: Bool) -> WebResponse {
        var response = response
        func put(_ name: String, _ value: String) {
            if response.header(name) == nil { response.headers.append((name, value)) }
        }
        put("content-security-policy", policy)
        put("x-content-type-options", "nosniff")
        put("referrer-policy", "no-referrer")
        put("cross-origin-opener-policy", "same-origin")
        put("cross-origin-resource-policy", "same-origin")
        put("x-frame-options", "DENY")
        if isSecure { put("strict-transport-security", "max-age=31536000") }
        put("cache-control", "no-store")
        return response
    }
}
