import ConnectorKit
import Foundation
import TestSupport
import Testing

/// Signing in: by secret, by certificate, by consent; and every way to be refused.
@Suite(.serialized)
struct SignInTests {
    let fixture = Fixture()

    private func with(_ settings: [(String, String)], _ changes: (String, String)...) -> [(String, String)] {
        settings.filter { setting in !changes.contains { $0.0 == setting.0 } } + changes
    }

    /// A self-signed certificate with its key.
    private func certificate(days: Int = 90, name: String = "one") throws -> (certificate: String, key: String) {
        let folder = try fixture.temporaryDirectory()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "\(days)", "-subj", "/CN=\(name)",
            "-keyout", "\(folder)/key.pem", "-out", "\(folder)/cert.pem", "-addext", "subjectAltName=IP:127.0.0.1",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return (
            try String(contentsOfFile: "\(folder)/cert.pem", encoding: .utf8),
            try String(contentsOfFile: "\(folder)/key.pem", encoding: .utf8)
        )
    }

    @Test("a certificate signs in, and only the registered one with its own key")
    func certificates() throws {
        let simulator = try Simulator(["--users", "20"])
        let (one, two) = (try certificate(), try certificate(name: "two"))
        try simulator.send("set", ["certificate": one.certificate])
        let settings = with(simulator.settings.filter { $0.0 != "client_secret" }, ("auth", "certificate"))
        func outcome(_ certificate: String, _ key: String) -> (Status, String) {
            let host = FakeHost()
            let status = host.call("check", [], settings + [("certificate", certificate), ("private_key", key)])
            return (status, status == .ok ? host.answer("certificate_days") ?? "" : host.field)
        }
        // Ninety days less a moment, or just ninety within the second in which it was made.
        let (status, days) = outcome(one.certificate, one.key)
        #expect(status == .ok && ["89", "90"].contains(days))
        #expect(outcome(two.certificate, two.key) == (.badSettings, "certificate"))
        #expect(outcome(one.certificate, two.key) == (.badSettings, "private_key"))
        #expect(outcome("nonsense", one.key) == (.badSettings, "certificate"))
        #expect(outcome(one.certificate, "nonsense") == (.badSettings, "private_key"))
        #expect(outcome(one.certificate, "") == (.badSettings, "private_key"))
    }

    @Test("a wrong sign-in names the field at fault")
    func wrong() throws {
        let simulator = try Simulator(["--users", "20"])
        let other = try simulator.send("tenant")["tenant"] as? String ?? ""
        let cases: [(String, [(String, String)], Status, String)] = [
            ("a wrong secret", [("client_secret", "wrong")], .badSettings, "client_secret"),
            ("no secret", [("client_secret", "")], .badSettings, "client_secret"),
            ("a wrong app", [("client_id", simulator.tenant)], .needConsent, ""),
            ("no app", [("client_id", "")], .badSettings, "client_id"),
            (
                "a tenant that is none", [("tenant_id", "00000000-0000-4000-8000-000000000000")], .badSettings,
                "tenant_id"
            ),
            ("no tenant", [("tenant_id", "")], .badSettings, "tenant_id"),
            ("a tenant that is a path", [("tenant_id", "a/b?c")], .badSettings, "tenant_id"),
            ("common", [("tenant_id", "common")], .badSettings, "tenant_id"),
            ("a tenant without consent", [("tenant_id", other)], .needConsent, ""),
            ("plain http to elsewhere", [("graph_url", "http://graph.example")], .badSettings, "graph_url"),
            ("a URL with a user", [("login_url", "https://user@login.example")], .badSettings, "login_url"),
            ("a cloud that is none", [("cloud", "mars")], .badSettings, "cloud"),
        ]
        for (name, changes, status, field) in cases {
            let host = FakeHost()
            let settings = simulator.settings.filter { setting in !changes.contains { $0.0 == setting.0 } } + changes
            #expect(host.call("check", [], settings) == status, "\(name): \(host.text)")
            #expect(host.field == field, "\(name): \(host.text)")
            #expect(!host.text.isEmpty, "\(name)")
            #expect(host.sync(settings) == status, "\(name): \(host.text)")
        }
        try simulator.send("set", ["secret": "expired"])
        let host = FakeHost()
        #expect(host.sync(simulator.settings) == .badSettings)
        #expect(host.field == "client_secret" && host.text.contains("expired"))
    }

    @Test("Test Connection tells the tenant and names every permission that is missing")
    func check() throws {
        let simulator = try Simulator(["--users", "20"])
        let host = FakeHost()
        #expect(host.call("check", [], simulator.settings) == .ok)
        #expect(host.answer("tenant") == simulator.tenant)
        #expect(host.answer("domains")?.contains("example.com") == true)
        try simulator.send("consent", ["roles": ["Organization.Read.All", "User.Read.All"], "drop_tokens": true])
        #expect(host.call("check", [], simulator.settings) == .denied)
        #expect(host.text.contains("GroupMember.Read.All") && host.text.contains("OrgContact.Read.All"))
        #expect(!host.text.contains("User.Read.All"))
        try simulator.send("consent", ["roles": [String]()])
        #expect(host.call("check", [], simulator.settings) == .denied)
        #expect(host.text.contains("Organization.Read.All"))
    }

    @Test("a short-lived token is renewed while a read goes on")
    func renewal() throws {
        let simulator = try Simulator(["--users", "400", "--page", "20"])
        try simulator.send("set", ["lifetime": 1])
        let host = FakeHost()
        #expect(host.sync(simulator.settings) == .ok, "\(host.problems) \(host.logLines.suffix(4))")
        try host.expectEqual(simulator)
    }

    @Test("TLS is checked before anything is sent, and a private authority can be named")
    func tls() throws {
        let folder = try fixture.temporaryDirectory()
        let (one, two) = (try certificate(), try certificate(name: "two"))
        try fixture.file("\(folder)/cert.pem", one.certificate)
        try fixture.file("\(folder)/key.pem", one.key)
        try fixture.file("\(folder)/other.pem", two.certificate)
        let simulator = try Simulator(["--users", "20", "--tls", folder])
        let host = FakeHost()
        #expect(host.sync(simulator.settings) == .badSettings)
        #expect(host.field == "ca_file")
        #expect(host.sync(simulator.settings + [("ca_file", "\(folder)/other.pem")]) == .badSettings)
        #expect(host.sync(simulator.settings + [("ca_file", "\(folder)/none.pem")]) == .badSettings)
        // The right certificate for another name.
        let named = simulator.settings.map { ($0.0, $0.1.replacingOccurrences(of: "127.0.0.1", with: "localhost")) }
        #expect(host.sync(named + [("ca_file", "\(folder)/cert.pem")]) == .badSettings)
        #expect(try simulator.log().requests.isEmpty)
        #expect(host.sync(simulator.settings + [("ca_file", "\(folder)/cert.pem")]) == .ok, "\(host.text)")
    }

    // MARK: Consent

    private func consentSettings(_ simulator: Simulator) -> [(String, String)] {
        with(
            simulator.settings.filter { !["tenant_id", "client_id", "client_secret"].contains($0.0) },
            ("auth", "consent"))
            + [("operator.client_id", simulator.clientID), ("operator.client_secret", simulator.secret)]
    }

    /// Goes where the browser would, and gives what it comes back with as arguments of `consent.finish`.
    private func browse(_ url: String, _ simulator: Simulator) throws -> [(String, String)] {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c",
            """
            import http.client,sys,urllib.parse as p
            u=p.urlsplit(sys.argv[1]); c=http.client.HTTPConnection(u.netloc); c.request("GET",u.path+"?"+u.query)
            print(c.getresponse().getheader("Location") or "")
            """, url,
        ]
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let items = URLComponents(string: text.trimmingCharacters(in: .whitespacesAndNewlines))?.queryItems ?? []
        return [("redirect_uri", "https://rollcall.example/consent")]
            + items.map { ("query.\($0.name)", $0.value ?? "") }
    }

    @Test("consent: granted, denied in both forms, forged, late roles, another tenant, withdrawn")
    func consent() throws {
        let simulator = try Simulator(["--users", "20", "--unconsented"])
        let settings = consentSettings(simulator)
        let host = FakeHost()
        #expect(host.sync(settings) == .needConsent)
        #expect(host.call("check", [], settings) == .needConsent)

        let begin = [("redirect_uri", "https://rollcall.example/consent"), ("state", "abc")]
        #expect(host.call("consent.begin", begin, settings) == .ok)
        let url = try #require(host.answer("url"))
        #expect(url.hasPrefix("\(simulator.origin)/organizations/v2.0/adminconsent?"))
        #expect(!url.contains(simulator.secret))

        for answer in ["denied", "denied-v1"] {
            try simulator.send("consent", ["answer": answer])
            #expect(host.call("consent.finish", try browse(url, simulator), settings) == .denied)
            #expect(host.saved.isEmpty && host.text.contains("said no"))
            #expect(host.problems.allSatisfy { !$0.detail.contains("\n") && !$0.detail.contains("\r") })
        }
        // A claim that nothing stands behind.
        let forged = [("redirect_uri", "x"), ("query.admin_consent", "True"), ("query.tenant", simulator.tenant)]
        #expect(host.call("consent.finish", forged, settings) == .needConsent)
        let nobody = [("query.admin_consent", "True"), ("query.tenant", "../x")]
        #expect(host.call("consent.finish", nobody, settings) == .failed)
        #expect(host.call("consent.finish", [("query.tenant", simulator.tenant)], settings) == .failed)
        #expect(host.saved.isEmpty)

        try simulator.send("consent", ["answer": "granted"])
        try simulator.send("set", ["without_roles": 2])
        let back = try browse(url, simulator)
        #expect(host.call("consent.finish", back, settings) == .ok, "\(host.text)")
        #expect(host.saved.map(\.0) == ["tenant_id", "consented"])
        #expect(host.saved.allSatisfy { $0.1 == simulator.tenant })
        #expect(host.waits == [2000, 4000])
        #expect(host.answer("organization")?.contains("Contoso") == true)

        let granted = settings + [("tenant_id", simulator.tenant), ("consented", simulator.tenant)]
        #expect(host.sync(granted) == .ok, "\(host.text)")
        // A tenant that was typed in is none that was granted.
        #expect(FakeHost().sync(settings + [("tenant_id", simulator.tenant)]) == .needConsent)
        // Roles that never come.
        try simulator.send("set", ["without_roles": 99])
        #expect(host.call("consent.finish", back, settings) == .unavailable)
        try simulator.send("set", ["without_roles": 0])
        // The tenant of another does not replace this one.
        let other = try simulator.send("tenant", ["consent": true])["tenant"] as? String ?? ""
        let taken = [("query.admin_consent", "True"), ("query.tenant", other)]
        #expect(host.call("consent.finish", taken, granted) == .denied)
        #expect(host.saved.isEmpty)

        let objects = host.objects
        try simulator.send("consent", ["withdraw": true])
        #expect(host.sync(granted) == .needConsent)
        try simulator.send("consent", ["roles": [String]()])
        #expect(host.sync(granted) == .needConsent)
        #expect(host.objects == objects)
    }
}
