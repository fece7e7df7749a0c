internal import RollcallWeb

/// Where the dashboard listens and by which names browsers may call it. A sign-in over plain HTTP is for this machine
/// only: anything else would carry passwords in clear.
struct ListenAddress {
    let host: String
    let port: Int
    let baseURL: String

    init(_ configuration: Configuration) throws(Failure) {
        let text = configuration.text("http.listen") ?? "127.0.0.1:8460"
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else {
            throw Failure(
                .configuration, "http.listen is \(text), but must be HOST:PORT.", hint: "For example 127.0.0.1:8460.",
                field: "http.listen")
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        self.host = host
        self.port = port
        baseURL = configuration.text("http.base_url") ?? "http://localhost:8460"
        if configuration.text("http.tls.certificate") != nil {
            throw Failure(
                .configuration, "http.tls is set, but this build speaks plain HTTP only.",
                hint: "Put a proxy that speaks HTTPS in front, and set http.base_url to its https:// address.",
                field: "http.tls.certificate")
        }
        if !isSecure, !Self.isLoopback(host) {
            throw Failure(
                .configuration, "http.listen is \(host), which others can reach, but http.base_url is plain HTTP.",
                hint: "Listen on 127.0.0.1, or set http.base_url to the https:// address of the proxy in front.",
                field: "http.base_url")
        }
    }

    var isSecure: Bool { baseURL.hasPrefix("https://") }

    static func isLoopback(_ host: String) -> Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    func url(port: Int) -> String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    func settings() -> SiteSettings {
        let named = baseURL.split(separator: "/").dropFirst().first.map { $0.lowercased() } ?? ""
        var hosts: Set<String> = [named]
        if Self.isLoopback(host) {
            for name in ["localhost", "127.0.0.1", "[::1]", host.contains(":") ? "[\(host)]" : host] {
                hosts.insert("\(name):\(port)")
                if port == 80 { hosts.insert(name) }
            }
        }
        return SiteSettings(
            baseURL: baseURL, hosts: hosts, isSecure: isSecure, version: Version.text, hostSettings: HostSetting.ids,
            hostStandards: HostSetting.standards)
    }
}
