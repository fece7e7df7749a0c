import Foundation
import RollcallCore
import RollcallStore
import RollcallWeb
import Testing

/// The one table of routes and permissions, held against every route and every role.
@Suite("Who may do what")
struct PermissionTests {
    @Test("a route without a permission does not start, and neither does a permission without a route")
    func unlisted() throws {
        let stray = Route("GET", "/forgotten", .page) { _ in WebResponse(200, "text/plain", [UInt8]()) }
        #expect(throws: RouteTable.Flaw.self) { try WebFixture(routes: Site.allRoutes + [stray]) }
        #expect(throws: RouteTable.Flaw.self) { try WebFixture(routes: Array(Site.allRoutes.dropLast())) }
    }

    /// What a role may, on what has no such thing: anything but a refusal of the person.
    private func isRefused(_ response: WebResponse) -> Bool {
        response.status == 401 || response.status == 403
            || (response.status == 303 && response.header("location")?.hasPrefix("/login") == true)
    }

    @Test("every route lets in whom the table names, and nobody else")
    func everyRoute() throws {
        let world = try WebFixture()
        var checked = 0
        for entry in world.site.routes.entries {
            let route = entry.route
            // Those that end the session they are asked with, and the one that says no in its own way.
            if ["POST /login", "POST /logout", "POST /sessions/end", "POST /password"].contains(route.name) {
                continue
            }
            let path = route.pattern.split(separator: "/").map { $0.hasPrefix(":") ? "nothing" : String($0) }
            let target = "/" + path.joined(separator: "/")
            let nobody = try world.send(route.method, target)
            #expect(isRefused(nobody) == (entry.permission != .everybody), "\(route.name) for nobody: \(nobody.status)")
            let isAPI = route.style == .api
            for role in Role.allCases where !(isAPI && role == .owner) {
                let answer =
                    isAPI
                    ? try world.send(
                        route.method, target, json: route.method == "GET" || route.method == "DELETE" ? nil : "{}",
                        headers: ["authorization": "Bearer \(world.tokens[role.rawValue] ?? "")"])
                    : try world.page(route.method, target, as: role.rawValue)
                let may: Bool =
                    switch entry.permission {
                    case .everybody, .signedIn: true
                    case .role(let least), .everywhere(let least), .lookup(let least): role >= least
                    // Not for people and their programs, whatever their role.
                    case .scope: false
                    }
                #expect(isRefused(answer) == !may, "\(route.name) for \(role): \(answer.status)")
                #expect(
                    answer.status < 500 || answer.status == 503, "\(route.name) for \(role): \(answer.text.prefix(300))"
                )
                checked += 1
            }
        }
        #expect(checked > 200)
    }

    @Test("a session counts for pages only, a token for the API only")
    func kinds() throws {
        let world = try WebFixture()
        let cookie = try world.cookie("owner")
        #expect(try world.send("GET", "/api/v1/domains", headers: ["cookie": "rc=\(cookie)"]).status == 401)
        let token = world.tokens["admin"] ?? ""
        #expect(try world.send("GET", "/", headers: ["authorization": "Bearer \(token)"]).status == 303)
        #expect(try world.api("GET", "/domains").status == 200)
        let other = String(token.dropLast()) + (token.hasSuffix("A") ? "B" : "A")
        #expect(try world.send("GET", "/api/v1/domains", headers: ["authorization": "Bearer \(other)"]).status == 401)
    }

    @Test("somebody with one customer sees nothing of the others'")
    func customers() throws {
        let world = try WebFixture()
        try world.domain("example.com", people: ["put|user|1|mail=a@example.com"])
        let verifier = try Passwords.verifier(WebFixture.password, cost: .light)
        try world.store.write { db in
            let customer = try Customers.add(db, name: "Acme", at: .init(seconds: 1))
            _ = try Administrators.add(
                db, name: "ann", role: .owner, customer: customer.id, password: verifier, isOneTime: false,
                at: .init(seconds: 1))
        }
        #expect(try world.page("GET", "/domains/example.com/accounts", as: "owner").status == 200)
        for path in [
            "/domains/example.com/accounts", "/domains/example.com/sync/script", "/domains/example.com/settings",
        ] {
            #expect(try world.page("GET", path, as: "ann").status == 404)
        }
        #expect(try !world.page("GET", "/", as: "ann").text.contains("example.com"))
        #expect(
            try world.page("POST", "/domains/example.com/remove", as: "ann", form: ["confirm": "example.com"]).status
                == 404)
        #expect(try world.page("GET", "/administrators", as: "ann").status == 403)
        #expect(try world.page("GET", "/explain?address=a@example.com", as: "ann").text.contains("foreign"))
    }
}
