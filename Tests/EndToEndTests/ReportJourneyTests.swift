import DirectoryServers
import Foundation
import TestSupport
import Testing

/// Reports as an administrator meets them: from the command line, from cron, and from `serve`.
@Suite("Reports")
struct ReportJourneyTests {
    private let rollcall: Installation
    private let sink: MailSink

    init() throws {
        rollcall = try Installation()
        sink = try MailSink()
        try rollcall.configure(
            "mail: { server: \"smtp://127.0.0.1:\(sink.smtp)\", from: rollcall@example.org }\n"
                + "http: { listen: \"127.0.0.1:\(Self.port)\", base_url: \"http://localhost:\(Self.port)\" }\n"
                + "gateway: { socketmap: \"unix:\(rollcall.folder)/state/socketmap\" }")
        try rollcall.domain(people: 30)
        let set = try rollcall.run(
            "source", "set", "example.com", "notify.enabled=on", "notify.recipients=ops@example.net")
        #expect(set.exitCode == 0)
    }

    private static let port = Int.random(in: 20_000..<30_000)

    @Test(
        "a sync from the command line sends its report itself: applied, held, failed, and what it exits with is the run's"
    )
    func commandLine() throws {
        #expect(try rollcall.run("sync", "run", "example.com").exitCode == 0)
        try rollcall.people(3)
        let held = try rollcall.json("sync", "run", "example.com")
        #expect(held.exitCode == 3)
        try FileManager.default.removeItem(atPath: rollcall.folder + "/people.csv")
        #expect(try rollcall.run("sync", "run", "example.com").exitCode == 4)
        let mails = try sink.mails()
        #expect(
            mails.map(\.subject) == [
                "Rollcall: example.com/generic applied: accounts +30, aliases +30",
                "Rollcall: example.com/generic held: 27 account deletes, limit 5; 27 alias deletes, limit 5",
                "Rollcall: example.com/generic failed: settings must be changed",
            ])
        #expect(mails.dropFirst().first?.text("text/plain").contains("sync approve \(held.text("id") ?? "?")") == true)
        #expect(mails.last?.text("text/plain").contains("The setting at fault is location.") == true)
    }

    @Test("a mail server that hangs costs a sync some seconds and nothing else; the report stays queued")
    func hanging() throws {
        try sink.mode("hang")
        let begun = Date()
        let run = try rollcall.json("sync", "run", "example.com")
        #expect(Date().timeIntervalSince(begun) < 60)
        #expect(run.exitCode == 0 && run.text("outcome") == "applied")
        #expect(run.errors.contains("A report could not be sent") && run.errors.contains("tries again"))
        #expect(try rollcall.run("source", "notify", "elsewhere.example").exitCode == 1)
    }

    @Test("runs that serve does are told by serve, and a report that was refused for good is seen in status")
    func serve() throws {
        let server = try rollcall.start(["serve"])
        defer { server.process.terminate() }
        let token = try rollcall.json("token", "create", "--role", "operator").text("token") ?? ""
        let ask = """
            import json, sys, time, urllib.request
            url = "http://localhost:\(Self.port)/api/v1/domains/example.com/sources/generic/sync?wait=30"
            for attempt in range(100):
                try:
                    asked = urllib.request.Request(url, method="POST", headers={"authorization": "Bearer \(token)"})
                    print(json.load(urllib.request.urlopen(asked))["outcome"])
                    break
                except OSError as error:
                    if attempt == 99: raise
                    time.sleep(0.2)
            """
        #expect(try python(ask) == "applied\n")
        try Shell.wait(seconds: 10, for: "the report") { (try? sink.mails().count) == 1 }
        try sink.refuse(["ops@example.net": 550])
        #expect(try python(ask) == "unchanged\n")
        try Shell.wait(seconds: 10, for: "the refusal") {
            let status = try? rollcall.run("status")
            return status?.output.contains("A report did not reach everybody (refused): 550") == true
        }
        #expect(try rollcall.run("status").exitCode == 1)
    }

    private func python(_ text: String) throws -> String {
        try Running("/usr/bin/python3", ["-c", text], environment: rollcall.environment, input: "", rollcall.fixture)
            .wait().output
    }
}
