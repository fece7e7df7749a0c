import Foundation
import TestSupport
import Testing

/// Consent by the command line, with a connector that wants it.
struct ConsentTests {
    private func installation() throws -> Installation {
        let rollcall = try Installation()
        let folder = rollcall.folder + "/lib/rollcall/connectors"
        let compiled = try Running(
            "/usr/bin/env",
            [
                "cc", "-std=c11", "-O1", "-fPIC", "-shared", "-fvisibility=hidden",
                "-I\(Installation.repository)/Sources/CRollcall/include", "-o", "\(folder)/consent.so",
                "\(Installation.repository)/Tests/Connectors/consent.c",
            ], environment: rollcall.environment, input: "", rollcall.fixture
        ).wait()
        #expect(compiled.exitCode == 0, "\(compiled.errors)")
        try rollcall.fixture.file(
            "\(folder)/consent.json",
            #"{"id":"consent","name":"Consent","version":"1.0.0","abi":"1.0","library":"consent.so","consentHosts":["login.example"]}"#
        )
        try rollcall.run("domain", "add", "example.com", "--type", "consent")
        return rollcall
    }

    @Test("consent is begun, granted once, and stored sealed")
    func consent() throws {
        let rollcall = try installation()
        let before = try rollcall.json("sync", "run", "example.com")
        #expect(before.exitCode == 4, "\(before.output)")
        #expect(before.text("problem", "class") == "needConsent")

        let begun = try rollcall.json("source", "consent", "example.com")
        #expect(begun.exitCode == 0, "\(begun.output)")
        let url = try #require(begun.text("url"))
        #expect(url.hasPrefix("https://login.example/"))
        #expect(begun.text("redirect") == "http://localhost:8460/consent")
        let state = try #require(URLComponents(string: url)?.queryItems?.first { $0.name == "state" }?.value)
        #expect(state.utf8.count == 64)

        let back = "http://localhost:8460/consent?code=good&state=\(state)"
        let done = try rollcall.json("source", "consent", "example.com", "--complete", back)
        #expect(done.exitCode == 0, "\(done.output)")
        #expect(done["settings", "token", "stored"] as? Bool == true)
        #expect(done.text("settings", "tenant") == "t1")
        #expect(!done.output.contains("t0ken"))
        #expect(try rollcall.json("sync", "run", "example.com").text("outcome") == "applied")
        // Used up.
        #expect(try rollcall.json("source", "consent", "example.com", "--complete", back).exitCode == 1)
    }

    @Test("a consent that was refused, or belongs to another, gives nothing")
    func refused() throws {
        let rollcall = try installation()
        let url = try #require(try rollcall.json("source", "consent", "example.com").text("url"))
        let other = try rollcall.json(
            "source", "consent", "example.com", "--complete", "http://localhost/consent?code=good&state=1234")
        #expect(other.exitCode == 1)
        let state = URLComponents(string: url)?.queryItems?.first { $0.name == "state" }?.value ?? ""
        let late = try rollcall.json(
            "source", "consent", "example.com", "--complete", "http://localhost/consent?code=good&state=\(state)")
        #expect(late.exitCode == 1)

        let again = try #require(try rollcall.json("source", "consent", "example.com").text("url"))
        let fresh = URLComponents(string: again)?.queryItems?.first { $0.name == "state" }?.value ?? ""
        let denied = try rollcall.json(
            "source", "consent", "example.com", "--complete",
            "http://localhost/consent?error=access_denied&state=\(fresh)")
        #expect(denied.exitCode == 4)
        #expect(denied.error["class"] as? String == "denied")
    }
}
