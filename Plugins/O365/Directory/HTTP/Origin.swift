/// Where tokens may go: scheme, host and port, compared before anything is sent.
///
/// Links from an answer are opaque and are followed exactly as they came, but only once libcurl's own parser, the one
/// that will also decide where to connect, has found the configured origin in them and no user information.

internal import CCurl

struct Origin: Equatable, Sendable, CustomStringConvertible {
    let scheme: String
    let host: String
    let port: String

    static let longestURL = 16 << 10

    /// nil for what is not an absolute URL with scheme and host, or carries a user, or anything that is no URL character.
    init?(of url: String) {
        guard url.utf8.count <= Self.longestURL, !url.isEmpty,
            url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }), let handle = curl_url()
        else { return nil }
        defer { curl_url_cleanup(handle) }
        guard curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK,
            let scheme = Self.part(handle, CURLUPART_SCHEME), let host = Self.part(handle, CURLUPART_HOST),
            Self.part(handle, CURLUPART_USER) == nil, Self.part(handle, CURLUPART_PASSWORD) == nil,
            scheme == "https" || scheme == "http", Self.isWritten(url, scheme),
            let port = Self.part(handle, CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT))
        else { return nil }
        self.scheme = scheme
        self.host = Text.lowered(host)
        self.port = port
    }

    /// libcurl may guess a scheme; it must stand there, with two slashes.
    private static func isWritten(_ url: String, _ scheme: String) -> Bool {
        Text.lowered(String(decoding: url.utf8.prefix(scheme.utf8.count + 3), as: UTF8.self)) == scheme + "://"
    }

    private static func part(_ handle: OpaquePointer, _ part: CURLUPart, _ flags: UInt32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }

    var isLoopback: Bool { host == "127.0.0.1" || host == "[::1]" || host == "localhost" }

    var description: String { "\(scheme)://\(host):\(port)" }
}
