import Foundation
import RollcallConnectors
import RollcallCore
import RollcallStore
import RollcallSync
import RollcallWeb
import Synchronization
import TestSupport

@testable import RollcallCommands

/// A site without a socket, over a store of its own and the real commands, with somebody of every role.
final class WebFixture {
    let fixture = Fixture()
    let folder: String
    let store: Store
    let site: Site
    private(set) var cookies: [String: String] = [:]
    private(set) var tokens: [String: String] = [:]

    static let password = "seven wet ferrets sing"
    static let host = "127.0.0.1:8460"

    /// The script connector of the sync tests: what it reads stands in a file.
    private static let library: String = {
        let folder = "\(NSTemporaryDirectory())rollcall-web-script-\(getpid())"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try? Products.compileConnector("script.c", to: "\(folder)/script.so")
        let manifest = #"{"id":"script","name":"Script","version":"1.0.0","abi":"1.0","library":"script.so"}"#
        try? Data(manifest.utf8).write(to: URL(fileURLWithPath: "\(folder)/script.json"))
        return folder
    }()

    init(secure: Bool = false, mail: Int = 9, routes: [Route] = Site.allRoutes) throws {
        let folder = try fixture.temporaryDirectory()
        self.folder = folder
        var values: [String: String] = [
            "ROLLCALL_STORE": "sqlite:\(folder)/rollcall.db", "ROLLCALL_KEYS": "file:\(folder)/keys",
            "ROLLCALL_CONNECTORS_PATH": Self.library, "ROLLCALL_CONNECTORS_POLICY": "own",
            "ROLLCALL_MAIL_SERVER": "smtp://127.0.0.1:\(mail)",
        ]
        if secure { values["ROLLCALL_HTTP_BASE_URL"] = "https://mail.example.org" }
        let layout = Layout(executable: Products.rollcall)
        let configuration = try Configuration([:], file: nil, environment: values, layout: layout)
        store = try Store.open(StoreLocation(configuration.store))
        let session = Session(configuration, store: store, actor: "test")
        var settings = try ListenAddress(configuration).settings()
        settings.cost = .light
        site = try Site(
            SitePorts(configuration: configuration, store: store).environment(session, settings: settings),
            routes: routes)
        let verifier = try Passwords.verifier(Self.password, cost: .light)
        try store.write { db in
            for role in Role.allCases {
                _ = try Administrators.add(
                    db, name: role.rawValue, role: role, customer: nil, password: verifier, isOneTime: false,
                    at: session.now)
            }
            for role in Role.allCases { try token(db, role.rawValue, role, at: session.now) }
            try token(db, "maps", .viewer, scope: "maps", at: session.now)
        }
    }

    private func token(
        _ db: any Database, _ name: String, _ role: Role, scope: String = "api", customer: Int64? = nil,
        at now: Timestamp
    ) throws {
        let secret = RandomText.token()
        tokens[name] = secret
        let token = APIToken(
            id: "t-\(name)", name: name, role: role, scope: scope, customer: customer, createdBy: "test",
            createdAt: now, expiresAt: now.adding(days: 1), usedAt: nil)
        try Tokens.add(db, token, hash: RandomText.hash(secret))
    }

    /// A customer Acme, with people and tokens `acme-ROLE` that are for Acme only.
    func bindPeople() throws {
        let verifier = try Passwords.verifier(Self.password, cost: .light)
        let now = site.environment.service.environment.now()
        try store.write { db in
            let acme = try Customers.add(db, name: "Acme", at: now)
            for role in [Role.viewer, .admin, .owner] {
                let name = "acme-\(role.rawValue)"
                _ = try Administrators.add(
                    db, name: name, role: role, customer: acme.id, password: verifier, isOneTime: false, at: now)
                try token(db, name, role, customer: acme.id, at: now)
            }
        }
    }

    /// The session is over: the next page signs in anew.
    func forget(_ name: String) { cookies[name] = nil }

    /// A domain whose directory is a file of the script connector.
    func domain(_ name: String = "example.com", people: [String]) throws {
        let now = Timestamp(seconds: 1_800_000_000)
        try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        try script(people, of: name)
        try store.write { db in
            let domain = try Domains.add(db, name: name, serverType: "script", at: now)
            let source = try Sources.add(db, domain: domain.id, type: "script", at: now)
            try Sources.set(db, source.id, host: false, "script", "\(folder)/\(name)")
        }
    }

    func script(_ lines: [String], of name: String = "example.com") throws {
        let text = lines.map {
            $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\t") + "\n"
        }
        try fixture.file("\(folder)/\(name)/full", text.joined() + "checkpoint\ts\n")
    }

    /// Signs in once for each name.
    func cookie(_ name: String) throws -> String {
        if let cookie = cookies[name] { return cookie }
        let form = try send("GET", "/login")
        let visit = value(of: "rcv", in: form)
        let answer = try send(
            "POST", "/login", form: ["name": name, "password": Self.password, "token": token(in: form.text)],
            headers: ["cookie": "rcv=\(visit)", "sec-fetch-site": "same-origin"])
        let cookie = value(of: "rc", in: answer)
        cookies[name] = cookie
        return cookie
    }

    func value(of name: String, in response: WebResponse) -> String {
        for (header, value) in response.headers where header == "set-cookie" && value.hasPrefix(name + "=") {
            return String(value.dropFirst(name.count + 1).prefix { $0 != ";" })
        }
        return ""
    }

    /// The form token that stands in a page.
    func token(in page: String) -> String {
        guard let start = page.range(of: #"name="token" value=""#) else { return "" }
        return String(page[start.upperBound...].prefix { $0 != "\"" })
    }

    func send(
        _ method: String, _ target: String, form: [String: String]? = nil, json: String? = nil,
        headers: [String: String] = [:]
    ) throws -> WebResponse {
        var all = ["host": Self.host].merging(headers) { $1 }
        var body: [UInt8] = []
        if let form {
            all["content-type"] = "application/x-www-form-urlencoded"
            body = Array(form.map { "\(encoded($0.key))=\(encoded($0.value))" }.joined(separator: "&").utf8)
        }
        if let json {
            all["content-type"] = "application/json"
            body = Array(json.utf8)
        }
        return site.answer(try WebRequest(method: method, target: target, headers: all, body: body))
    }

    /// As somebody in a browser, with the session's form token.
    func page(_ method: String, _ target: String, as name: String, form: [String: String] = [:]) throws -> WebResponse {
        let cookie = try cookie(name)
        guard method != "GET" else { return try send(method, target, headers: ["cookie": "rc=\(cookie)"]) }
        let own = token(in: try send("GET", "/password", headers: ["cookie": "rc=\(cookie)"]).text)
        return try send(
            method, target, form: form.merging(["token": own]) { $1 },
            headers: ["cookie": "rc=\(cookie)", "sec-fetch-site": "same-origin"])
    }

    func api(_ method: String, _ target: String, as role: String = "admin", json: String? = nil) throws -> WebResponse {
        try send(method, "/api/v1" + target, json: json, headers: ["authorization": "Bearer \(tokens[role] ?? "")"])
    }

    private func encoded(_ text: String) -> String {
        text.utf8.map { byte -> String in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }.joined()
    }
}

extension WebResponse {
    var object: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any] ?? [:]
    }
}
