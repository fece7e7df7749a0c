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

    /// Somebody or something that asks: by session or token, on everything or on one customer.
    private struct Asker {
        let name: String
        let role: Role?
        var isBound = false
        var scope: String?
    }

    private static let people =
        Role.allCases.map { Asker(name: $0.rawValue, role: $0) }
        + [Role.viewer, .admin, .owner].map { Asker(name: "acme-\($0.rawValue)", role: $0, isBound: true) }
    private static let programs = people + [Asker(name: "maps", role: nil, scope: "maps")]

    /// What the table means, in other words than the program's.
    private func may(_ asker: Asker?, _ permission: Permission) -> Bool {
        guard let asker else { return permission == .everybody }
        switch permission {
        case .everybody: return true
        case .signedIn: return asker.scope == nil
        case .role(let least): return asker.role.map { $0 >= least } ?? false
        case .everywhere(let least): return !asker.isBound && (asker.role.map { $0 >= least } ?? false)
        case .scope(let scope): return asker.scope == scope
        case .lookup(let least): return asker.scope == "maps" || (asker.role.map { $0 >= least } ?? false)
        }
    }

    /// A route with every parameter filled in.
    private func target(_ route: Route, _ values: [String: String] = [:]) -> String {
        "/"
            + route.pattern.split(separator: "/").map { part in
                part.hasPrefix(":") ? values[String(part.dropFirst())] ?? "nothing" : String(part)
            }.joined(separator: "/")
    }

    /// These end the session by which they are asked.
    private static let endings: Set<String> = ["POST /logout", "POST /sessions/end"]

    private func ask(_ world: WebFixture, _ route: Route, _ asker: Asker, _ target: String) throws -> WebResponse {
        guard route.style == .page else {
            let body = route.method == "GET" || route.method == "DELETE" ? nil : "{}"
            return try world.send(
                route.method, target, json: body,
                headers: ["authorization": "Bearer \(world.tokens[asker.name] ?? "")"])
        }
        let answer = try world.page(route.method, target, as: asker.name)
        if Self.endings.contains(route.name) { world.forget(asker.name) }
        return answer
    }

    @Test("every route lets in whom the table names, and nobody else: each role, each customer's, each token's scope")
    func everyRoute() throws {
        let world = try WebFixture()
        try world.bindPeople()
        var checked = 0
        for entry in world.site.routes.entries {
            let route = entry.route
            let target = target(route)
            let nobody = try world.send(route.method, target)
            #expect(
                isRefused(nobody) != may(nil, entry.permission) || route.name == "POST /login",
                "\(route.name) for nobody")
            for asker in route.style == .page ? Self.people : Self.programs {
                let cookie = route.style == .page ? try world.cookie(asker.name) : ""
                let answer = try ask(world, route, asker, target)
                // The answer to a wrong password is of another kind, and to an end it is the way to the sign-in.
                let isLetIn =
                    Self.endings.contains(route.name)
                    ? try isRefused(world.send("GET", "/password", headers: ["cookie": "rc=\(cookie)"]))
                    : !isRefused(answer) || (route.name == "POST /login" && answer.status == 401)
                #expect(
                    isLetIn == may(asker, entry.permission), "\(route.name) for \(asker.name): \(answer.status)")
                let isCalm = answer.status < 500 || answer.status == 503
                #expect(isCalm, "\(route.name) for \(asker.name): \(answer.text.prefix(300))")
                checked += 1
            }
        }
        let pages = world.site.routes.entries.filter { $0.route.style == .page }.count
        let others = world.site.routes.entries.count - pages
        #expect(checked == pages * Self.people.count + others * Self.programs.count)
    }

    @Test("what changes something asks for a role that may, and what concerns trust for an owner of everything")
    func floor() throws {
        for entry in try WebFixture().site.routes.entries where entry.route.method != "GET" {
            switch entry.permission {
            case .role(let least), .everywhere(let least), .lookup(let least):
                #expect(least >= .operator, "\(entry.route.name)")
            case .everybody: #expect(entry.route.name == "POST /login")
            case .signedIn:
                #expect(["POST /logout", "POST /password", "POST /sessions/end"].contains(entry.route.name))
            case .scope: Issue.record("\(entry.route.name) changes something for a gateway")
            }
            if entry.route.name.contains("/administrators") || entry.route.name.contains("/allow") {
                #expect(entry.permission == .everywhere(.owner), "\(entry.route.name)")
            }
        }
    }

    @Test("whoever has one customer finds nothing of another's, whatever the route")
    func foreign() throws {
        let world = try WebFixture()
        try world.bindPeople()
        try world.domain("example.com", people: ["put|user|1|mail=a@example.com"])
        let run = try world.api("POST", "/domains/example.com/sources/script/sync?wait=30").object
        let values = [
            "domain": "example.com", "type": "script", "run": run["id"] as? String ?? "", "address": "a@example.com",
            "token": "t-admin",
        ]
        var checked = 0
        for entry in world.site.routes.entries {
            let route = entry.route
            let names = Set(route.pattern.split(separator: "/").filter { $0.hasPrefix(":") }.map { $0.dropFirst() })
            guard !names.isDisjoint(with: ["domain", "run", "token"]) else { continue }
            if case .scope = entry.permission { continue }
            let asker = Asker(name: "acme-owner", role: .owner, isBound: true)
            let answer = try ask(world, route, asker, target(route, values))
            // A name that is taken is all that is told, where one would make a domain of that name.
            let wanted = route.name == "PUT /api/v1/domains/:domain" ? [400, 409, 422] : [404, 422]
            #expect(wanted.contains(answer.status), "\(route.name): \(answer.status)")
            #expect(!answer.text.contains("a@example.com") || answer.status >= 400)
            checked += 1
        }
        #expect(checked > 40)
        #expect(try world.api("GET", "/domains/example.com").status == 200)
        #expect(try world.api("GET", "/domains", as: "acme-owner").object["items"] as? [String] == [])
    }

    @Test("nobody gives away more than they have")
    func tokens() throws {
        let world = try WebFixture()
        try world.bindPeople()
        #expect(try world.api("POST", "/tokens", json: #"{"role":"owner"}"#).status == 403)
        #expect(try world.api("POST", "/tokens", as: "owner", json: #"{"role":"owner"}"#).status == 201)
        let bound = try world.api("POST", "/tokens", as: "acme-admin", json: #"{"role":"admin"}"#).object
        #expect(bound["customer"] as? String == "Acme")
        #expect(try world.page("POST", "/tokens", as: "admin", form: ["role": "owner", "name": "x"]).status == 403)
        let listed = try world.api("GET", "/tokens", as: "acme-admin").text
        #expect(listed.contains("acme-viewer") && !listed.contains("t-admin"))
        #expect(try world.api("DELETE", "/tokens/t-admin", as: "acme-admin").status == 404)
        #expect(try world.api("DELETE", "/tokens/t-owner", as: "admin").status == 403)
    }

    @Test("a role that changes ends the sessions, and the last owner stays one")
    func roles() throws {
        let world = try WebFixture()
        let cookie = try world.cookie("viewer")
        #expect(try world.api("PUT", "/administrators/viewer", as: "owner", json: #"{"role":"admin"}"#).status == 200)
        #expect(try world.send("GET", "/", headers: ["cookie": "rc=\(cookie)"]).status == 303)
        world.forget("viewer")
        #expect(try world.page("GET", "/domains/new", as: "viewer").status == 200)
        #expect(try world.api("PUT", "/administrators/owner", as: "owner", json: #"{"role":"viewer"}"#).status == 409)
        let form = try world.page("POST", "/administrators/viewer/role", as: "owner", form: ["role": "viewer"])
        #expect(form.status == 303)
        #expect(try world.page("GET", "/administrators", as: "owner").text.contains("Role of viewer"))
    }

    @Test("customers are made and removed, and a role is given on one and taken back, by pages as by the API")
    func rolesOnCustomers() throws {
        let world = try WebFixture()
        #expect(try world.page("POST", "/customers", as: "owner", form: ["name": "Acme & Sons"]).status == 303)
        #expect(try world.page("POST", "/customers", as: "owner", form: ["name": "Acme & Sons"]).status == 409)
        #expect(try world.api("GET", "/customers").text.contains("Acme & Sons"))
        _ = try world.page(
            "POST", "/administrators/viewer/role", as: "owner", form: ["role": "admin", "customer": "Acme & Sons"])
        let given = try world.page("GET", "/customers", as: "owner").text
        #expect(given.contains("Acme &amp; Sons") && given.contains("<bdi>viewer</bdi>, admin"))
        world.forget("viewer")
        #expect(try world.page("GET", "/customers", as: "viewer").status == 403)
        #expect(try world.page("GET", "/domains/new", as: "viewer").status == 200)
        // A form that does not say on what leaves it; one that says everything takes the customer off.
        _ = try world.page("POST", "/administrators/viewer/role", as: "owner", form: ["role": "viewer"])
        #expect(try world.page("GET", "/customers", as: "owner").text.contains("<bdi>viewer</bdi>, viewer"))
        _ = try world.page(
            "POST", "/administrators/viewer/role", as: "owner", form: ["role": "viewer", "customer": ""])
        world.forget("viewer")
        #expect(try world.page("GET", "/customers", as: "viewer").text.contains("Acme &amp; Sons"))
        #expect(try world.page("POST", "/customers/Acme%20&%20Sons/remove", as: "owner").status == 303)
        #expect(try world.api("GET", "/customers").text.trimmingCharacters(in: .whitespacesAndNewlines) == "[]")
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
