import ArgumentParser
import RollcallWeb
import Testing

@testable import RollcallCommands

/// Whatever a page does, a program can do by the API and a person by the command line.
@Suite("Pages, API and command line do the same")
struct ParityTests {
    private static let source = "/domains/:domain/sources/:type"
    private static let domain = "PUT /domains/:domain"

    /// Each form of a page: the route of the API and the words of the command line that do the same.
    static let actions: [String: (api: String, words: [String])] = [
        "POST /domains/new": (domain, ["domain", "add", "example.com", "--type", "x"]),
        "POST /domains/:domain/type": (domain, ["domain", "set-type", "example.com", "x"]),
        "POST /domains/:domain/inbound": (domain, ["domain", "inbound", "example.com", "--server", "mx"]),
        "POST /domains/:domain/settings": (domain, ["domain", "set", "example.com", "enforce=on"]),
        "POST /domains/:domain/aliases": (domain, ["domain", "alias", "example.com", "example.org"]),
        "POST /domains/:domain/remove": ("DELETE /domains/:domain", ["domain", "remove", "example.com", "--yes"]),
        "POST /domains/:domain/accounts": ("POST /domains/:domain/accounts", ["account", "add", "a@example.com"]),
        "POST /domains/:domain/accounts/remove": (
            "DELETE /domains/:domain/accounts/:address", ["account", "remove", "a@example.com"]
        ),
        "POST /domains/:domain/sync/:type": ("PUT \(source)", ["source", "set", "example.com", "a=b"]),
        "POST /domains/:domain/sync/:type/enable": ("PUT \(source)", ["source", "enable", "example.com/x"]),
        "POST /domains/:domain/sync/:type/test": ("POST \(source)/test", ["sync", "test", "example.com"]),
        "POST /domains/:domain/sync/:type/preview": ("POST \(source)/preview", ["sync", "preview", "example.com"]),
        "POST /domains/:domain/sync/:type/run": ("POST \(source)/sync", ["sync", "run", "example.com"]),
        "POST /domains/:domain/sync/:type/notify": ("POST \(source)/notify", ["source", "notify", "example.com"]),
        "POST /domains/:domain/sync/:type/consent": ("POST \(source)/consent", ["source", "consent", "example.com"]),
        "GET /consent": (
            "POST \(source)/consent/complete", ["source", "consent", "example.com", "--complete", "https://x"]
        ),
        "POST /runs/:run/approve": ("POST /runs/:run/approve", ["sync", "approve", "1"]),
        "POST /runs/:run/cancel": ("POST /runs/:run/cancel", ["sync", "cancel", "1"]),
        "POST /runs/:run/undo": ("POST /runs/:run/undo", ["sync", "undo", "1", "--preview"]),
        "POST /connectors/:connector/allow": ("POST /connectors/:connector/allow", ["connector", "allow", "x"]),
        "POST /administrators": ("POST /administrators", ["admin", "add", "x"]),
        "POST /administrators/:name/password": ("POST /administrators/:name/password", ["admin", "password", "x"]),
        "POST /administrators/:name/role": ("PUT /administrators/:name", ["admin", "role", "x", "viewer"]),
        "POST /administrators/:name/remove": ("DELETE /administrators/:name", ["admin", "remove", "x"]),
        "POST /customers": ("PUT /customers/:customer", ["customer", "add", "x"]),
        "POST /customers/:customer/remove": ("DELETE /customers/:customer", ["customer", "remove", "x"]),
        "POST /tokens": ("POST /tokens", ["token", "create"]),
        "POST /tokens/:token/revoke": ("DELETE /tokens/:token", ["token", "revoke", "x"]),
    ]

    /// What concerns the browser's own session, which nobody else has.
    static let ofTheBrowser: Set<String> = ["POST /login", "POST /logout", "POST /password", "POST /sessions/end"]

    /// What the command line does beyond the pages, and the API with it.
    static let more = [
        "POST /domains/:domain/accounts/:address/give", "POST /domains/:domain/accounts/:address/take",
        "GET /domains/:domain/sources", "DELETE \(source)", "PUT /domains/:domain/posted",
        "GET /customers/:customer", "GET /connectors/:connector", "GET /status",
        "GET /explain", "GET /gateway/check", "GET /administrators", "GET /tokens",
    ]

    @Test("every form of a page is in the table, and nothing else is")
    func complete() {
        let forms = Site.allRoutes.filter { $0.style == .page && $0.method != "GET" }.map(\.name)
        #expect(Set(forms + ["GET /consent"]) == Set(Self.actions.keys).union(Self.ofTheBrowser))
    }

    @Test("each has its route in the API and its words on the command line", arguments: actions.keys.sorted())
    func same(form: String) throws {
        let (api, words) = try #require(Self.actions[form])
        let names = Set(Site.allRoutes.filter { $0.style == .api }.map(\.name))
        #expect(names.contains(api.replacing(" /", with: " /api/v1/")), "\(form): \(api)")
        #expect(throws: Never.self) { _ = try RollcallCommand.parseAsRoot(words) }
    }

    @Test("what only the command line and the API do is there", arguments: more)
    func beyond(api: String) {
        #expect(Site.allRoutes.contains { $0.name == api.replacing(" /", with: " /api/v1/") }, "\(api)")
    }
}
