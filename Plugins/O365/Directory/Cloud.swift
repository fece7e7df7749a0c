/// The clouds of Microsoft 365: one setting picks sign-in, Graph and scope together, since a token of one is worth nothing
/// in another. `custom` names both itself; plain http is allowed there, on loopback only.

internal import ConnectorKit

struct Cloud: Sendable {
    /// Without a slash at the end.
    let login: String
    let graph: String
    let loginOrigin: Origin
    let graphOrigin: Origin
    let isPlain: Bool

    /// What requests are made of: `https://graph.microsoft.com/v1.0`.
    var api: String { graph.hasSuffix("/v1.0") ? graph : graph + "/v1.0" }
    var scope: String { (graph.hasSuffix("/v1.0") ? String(graph.dropLast(5)) : graph) + "/.default" }

    func tokenURL(_ tenant: String) -> String { "\(login)/\(tenant)/oauth2/v2.0/token" }

    init(_ settings: Pairs) throws(Stop) {
        switch settings.text("cloud") {
        case "", "global": try self.init("https://login.microsoftonline.com", "https://graph.microsoft.com")
        case "gcc-high": try self.init("https://login.microsoftonline.us", "https://graph.microsoft.us")
        case "dod": try self.init("https://login.microsoftonline.us", "https://dod-graph.microsoft.us")
        case "china": try self.init("https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn")
        case "custom":
            try self.init(Self.trimmed(settings.text("login_url")), Self.trimmed(settings.text("graph_url")))
        default: throw .badSettings("cloud", "There is no cloud “\(Text.oneLine(settings.text("cloud"), limit: 40))”.")
        }
    }

    private init(_ login: String, _ graph: String) throws(Stop) {
        loginOrigin = try Self.checked(login, "login_url")
        graphOrigin = try Self.checked(graph, "graph_url")
        self.login = login
        self.graph = graph
        isPlain = loginOrigin.scheme == "http" || graphOrigin.scheme == "http"
    }

    private static func checked(_ url: String, _ field: String) throws(Stop) -> Origin {
        guard let origin = Origin(of: url),
            !url.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") })
        else {
            throw .badSettings(field, "The cloud custom needs an https URL here, without a user, query or fragment.")
        }
        guard origin.scheme == "https" || origin.isLoopback else {
            throw .badSettings(field, "Secrets are sent by https only, except to this machine itself.")
        }
        return origin
    }

    private static func trimmed(_ url: String) -> String {
        var url = Substring(url)
        while url.utf8.last == UInt8(ascii: "/") { url = url.dropLast() }
        return String(url)
    }
}
