import DirectoryServers
import Foundation
import TestSupport
import Testing

/// Twelve secrets of every kind that Rollcall holds are planted, everything is driven that could let one out, and all
/// that left the program is searched.
@Suite("Planted secrets", .serialized)
struct PlantedSecretsTests {
    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7planted/key0
        AQEFAASCBKcwggSjAgEAAoIB+a/second/line/that/is/planted/here0000
        -----END PRIVATE KEY-----
        """

    private let rollcall: Installation
    private let authority: TestAuthority
    private let sink: MailSink
    private var secrets = PlantedSecrets()
    private let seen = Seen()

    /// What has left the program.
    private final class Seen {
        var things: [(String, Data)] = []
        func add(_ name: String, _ data: Data) { things.append((name, data)) }
        func add(_ name: String, _ result: Installation.Result) {
            things.append((name, Data((result.output + "\n" + result.errors).utf8)))
        }
    }

    init() throws {
        rollcall = try Installation()
        authority = try TestAuthority(rollcall.fixture)
        let pair = try authority.certificate("mail", for: ["IP:127.0.0.1"])
        // It says the password again to whoever gets it wrong; here it is right, and only over TLS.
        sink = try MailSink([
            "--certificate", pair.certificate, "--key", pair.key, "--user", "rollcall", "--password",
            "smtp pa55word in a file",
        ])
        try rollcall.addConnector("ldap", from: "LDAP")
        try rollcall.addConnector("o365", from: "O365")
        let folder = rollcall.folder + "/lib/rollcall/connectors"
        try Products.compileConnector("leaky.c", to: folder + "/leaky.so")
        try rollcall.fixture.file(
            folder + "/leaky.json",
            #"{"id":"leaky","name":"Leaky","version":"1.0.0","abi":"1.0","library":"leaky.so"}"#)
        for (name, value) in [
            ("HTTP password", "gen3ric-pässwörd \"quoted\" & <odd>"), ("LDAP bind password", "ld4p=bind+password/§%20"),
            ("o365 client secret", "o365~Client.Secret_8Q~abcdefghijklmnop"), ("o365 private key", Self.key),
            ("webhook secret", "webhook hmac s3cret"), ("SMTP password", "smtp pa55word in a file"),
            ("operator's app secret", "operator~app.secret-0987654321"), ("admin's password", "seven wet ferrets sing"),
            ("leaky first", "leaky: first/one+two=three"), ("leaky second", "läky «second» secret \\ with \"all\""),
        ] { secrets.plant(name, value) }
    }

    private func value(_ name: String) -> String {
        secrets.values.first { $0.name == name }.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
    }

    private func configure(_ log: String, port: UInt16 = 8460) throws {
        for (file, name) in [("smtp", "SMTP password"), ("app", "operator's app secret")] {
            let path = try rollcall.fixture.file("\(rollcall.folder)/etc/\(file)", value(name) + "\n")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        }
        try rollcall.fixture.file(
            rollcall.folder + "/etc/rollcall/rollcall.yaml",
            """
            store: sqlite:\(rollcall.folder)/state/rollcall.db
            keys: file:\(rollcall.folder)/state/keys
            connectors: { policy: own, o365: { client_id: "1b4e28ba-2fa1-11d2-883f-0016d3cca427", client_secret: "file:\(rollcall.folder)/etc/app" } }
            mail: { server: "smtp://127.0.0.1:\(sink.smtp)", from: rollcall@leaky.example, ca_file: "\(authority.authority)", user: rollcall, password: "file:\(rollcall.folder)/etc/smtp" }
            http: { listen: "127.0.0.1:\(port)" }
            gateway: { socketmap: off }
            log: { \(log) }
            """)
    }

    @Test(
        "twelve of every kind are found nowhere: logs, crashes, arguments, environment, API, pages, mails, store, backup"
    )
    func planted() throws {
        var secrets = secrets
        // Directories that are away are not waited for.
        rollcall.environment["ROLLCALL_TEST_STALL"] = "4000"
        rollcall.environment["ROLLCALL_TEST_GRACE"] = "1000"
        try configure("level: trace")
        try sources()
        for log in ["level: trace", "level: trace, format: json", "level: error"] {
            try configure(log)
            for way in ["ok", "fail", "crash"] {
                try rollcall.run("source", "set", "leaky.example", "way=\(way)")
                try watched("run of leaky, \(way), \(log)", ["sync", "run", "leaky.example", "--json"])
            }
            try watched("test of leaky", ["sync", "test", "leaky.example", "--json"])
            try rollcall.run("connector", "allow", "leaky")
        }
        try configure("level: trace")
        for domain in ["generic.example", "ldap.example", "o365.example", "cert.example"] {
            try watched("run of \(domain)", ["sync", "run", domain, "--json"])
        }
        for domain in ["generic.example", "ldap.example"] {
            try watched("test of \(domain)", ["sync", "test", domain, "--json"])
        }
        for words in [
            ["source", "show", "leaky.example", "--json"], ["source", "show", "o365.example", "--json"],
            ["run", "list", "--json"],
            ["status", "--json"], ["config", "show", "--json"], ["store", "check", "--json"],
            ["connector", "list", "--json"],
        ] { seen.add(words.joined(separator: " "), try rollcall.start(words).wait()) }
        for run in try rollcall.json("run", "list", "--limit", "100").list {
            seen.add("run show", try rollcall.run("run", "show", run["id"] as? String ?? "", "--operations", "--json"))
        }
        let made = try rollcall.json("token", "create", "--role", "admin")
        secrets.plant("API token", made.text("token") ?? "")
        let keys = try String(contentsOfFile: rollcall.folder + "/state/keys", encoding: .utf8)
        secrets.plant("key of the ring", keys.split(separator: " ").dropFirst().first.map(String.init) ?? "")
        #expect(secrets.values.count == 12)
        try serve(token: made.text("token") ?? "")
        let mails = try sink.mails()
        #expect(mails.count >= 5)
        for mail in mails {
            // As it came, and with each part decoded.
            seen.add("mail", Data(mail.raw.utf8))
            seen.add("mail: \(mail.subject)", Data(mail.parts.compactMap(\.text).joined(separator: "\n").utf8))
        }
        try rollcall.run("store", "backup", rollcall.folder + "/backup.db")
        for file in ["backup.db", "state/rollcall.db", "state/rollcall.db-wal"] {
            guard let data = FileManager.default.contents(atPath: "\(rollcall.folder)/\(file)") else { continue }
            seen.add(file, data)
        }
        #expect(seen.things.count > 50)
        for (name, data) in seen.things {
            // A page has the form's own token, never a secret; a token's creation was not added.
            let found = secrets.found(in: data)
            #expect(found.isEmpty, "\(name): \(found)")
        }
        // The search itself sees what is there.
        #expect(secrets.found(in: "x " + Data(("u" + value("leaky first")).utf8).base64EncodedString()).count >= 1)
        let words = seen.things.filter { $0.0.hasPrefix("run of leaky") }.map { String(decoding: $0.1, as: UTF8.self) }
        #expect(words.contains { $0.contains("[secret]") })
    }

    private func sources() throws {
        for (domain, type) in [
            ("leaky.example", "leaky"), ("generic.example", "generic"), ("ldap.example", "ldap"),
            ("o365.example", "o365"),
            ("cert.example", "o365"),
        ] { #expect(try rollcall.run("domain", "add", domain, "--type", type).exitCode == 0) }
        let graph = [
            "cloud=custom", "login_url=https://127.0.0.1:1", "graph_url=https://127.0.0.1:1",
            "tenant_id=1b4e28ba-2fa1-11d2-883f-0016d3cca427", "client_id=1b4e28ba-2fa1-11d2-883f-0016d3cca427",
        ]
        func set(_ domain: String, _ settings: [String]) throws {
            let result = try rollcall.start(["source", "set", domain] + settings).wait()
            #expect(result.exitCode == 0, "\(domain): \(result.errors)")
        }
        try set("generic.example", ["location=http://127.0.0.1:1/people.csv", "user=reader"])
        try set(
            "ldap.example", ["servers=127.0.0.1", "port=1", "security=none", "user=cn=reader", "base_dn=dc=example"])
        try set("o365.example", graph + ["auth=app"])
        try set("cert.example", graph + ["auth=certificate"])
        for (domain, field, name) in [
            ("leaky.example", "first", "leaky first"), ("leaky.example", "second", "leaky second"),
            ("generic.example", "password", "HTTP password"), ("ldap.example", "password", "LDAP bind password"),
            ("o365.example", "client_secret", "o365 client secret"),
            ("cert.example", "private_key", "o365 private key"),
            ("leaky.example", "notify.webhook_secret", "webhook secret"),
        ] {
            let stored = try rollcall.run("source", "secret", domain, field, input: value(name) + "\n")
            #expect(stored.exitCode == 0, "\(domain) \(field): \(stored.errors)")
            seen.add("source secret", stored)
        }
        try set(
            "leaky.example",
            ["notify.webhook=http://127.0.0.1:1/hook", "notify.enabled=on", "notify.recipients=a@leaky.example"])
        seen.add("admin add", try rollcall.run("admin", "add", "owner", "--role", "owner"))
        seen.add(
            "admin password",
            try rollcall.run("admin", "password", "owner", "--stdin", input: value("admin's password") + "\n"))
    }

    /// Runs a command, and looks meanwhile at what every process of it shows to others.
    private func watched(_ name: String, _ words: [String]) throws {
        let running = try rollcall.start(words)
        look(while: { running.process.isRunning })
        seen.add(name, try running.wait())
    }

    private func look(while isRunning: () -> Bool) {
        for _ in 0..<40 where isRunning() {
            for process in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            where Int(process) != nil {
                guard let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline"),
                    line.range(of: Data(rollcall.folder.utf8)) != nil
                else { continue }
                seen.add("arguments", line)
                if let all = FileManager.default.contents(atPath: "/proc/\(process)/environ") {
                    seen.add("environment", all)
                }
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
    }

    private func serve(token: String) throws {
        let port = try freePort()
        try configure("level: trace", port: port)
        // What a crash prints is searched, too.
        rollcall.environment["SWIFT_BACKTRACE"] = "enable=yes"
        let serving = try rollcall.start(["serve"])
        let web = Web(port: port, fixture: rollcall.fixture)
        for _ in 0..<300 where web.get("/healthz").isEmpty { Thread.sleep(forTimeInterval: 0.1) }
        let bearer = "authorization: Bearer \(token)"
        seen.add("API: a run", web.post("/api/v1/domains/leaky.example/sources/leaky/sync?wait=20", [bearer]))
        seen.add("API: a test", web.post("/api/v1/domains/leaky.example/sources/leaky/test", [bearer]))
        for path in [
            "/domains", "/status", "/runs", "/connectors", "/domains/leaky.example/sources/leaky",
            "/domains/o365.example/sources/o365",
            "/domains/cert.example/sources/o365", "/domains/generic.example/sources/generic",
        ] { seen.add("API: \(path)", web.get("/api/v1" + path, [bearer])) }
        #expect(!web.get("/api/v1/domains", [bearer]).isEmpty)
        let form = String(decoding: web.get("/login"), as: UTF8.self)
        let tokens = form.components(separatedBy: #"name="token" value=""#)
        let own = tokens.count > 1 ? String(tokens[1].prefix { $0 != "\"" }) : ""
        let signedIn = web.post(
            "/login", ["sec-fetch-site: same-origin"],
            form: ["name": "owner", "password": value("admin's password"), "token": own])
        seen.add("page: sign in", signedIn)
        for path in [
            "/", "/audit", "/connectors", "/domains/leaky.example/sync/leaky", "/domains/o365.example/sync/o365",
            "/domains/cert.example/sync/o365", "/domains/ldap.example/sync/ldap",
            "/domains/generic.example/sync/generic", "/metrics",
        ] { seen.add("page: \(path)", web.get(path)) }
        let audit = String(decoding: web.get("/audit"), as: UTF8.self)
        #expect(audit.contains("source secret"), "not signed in: \(audit.prefix(300))")
        look(while: { false })
        // One that another process sends: Swift tells of it and goes on, as no instruction of its own has failed.
        kill(serving.process.processIdentifier, SIGSEGV)
        Thread.sleep(forTimeInterval: 1)
        for _ in 0..<200 where web.get("/healthz").isEmpty && serving.process.isRunning {
            Thread.sleep(forTimeInterval: 0.1)
        }
        kill(serving.process.processIdentifier, SIGTERM)
        let served = try serving.wait()
        #expect(served.errors.contains("Program crashed"))
        seen.add("serve", served)
    }
}

/// curl, with cookies.
private struct Web {
    let port: UInt16
    let fixture: Fixture

    func get(_ path: String, _ headers: [String] = []) -> Data { ask([], path, headers) }

    func post(_ path: String, _ headers: [String], form: [String: String] = [:]) -> Data {
        var words = ["-X", "POST"]
        for (name, value) in form { words += ["--data-urlencode", "\(name)=\(value)"] }
        return ask(words, path, headers)
    }

    private func ask(_ words: [String], _ path: String, _ headers: [String]) -> Data {
        let all =
            ["-s", "--max-time", "60", "-b", jar, "-c", jar] + headers.flatMap { ["-H", $0] } + words
            + ["http://localhost:\(port)\(path)"]
        let result = try? Running("/usr/bin/curl", all, environment: [:], input: "", fixture).wait()
        return Data((result?.output ?? "").utf8)
    }

    private var jar: String { NSTemporaryDirectory() + "rollcall-jar-\(port)" }
}
