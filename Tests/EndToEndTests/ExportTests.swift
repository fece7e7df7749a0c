import DirectoryServers
import Foundation
import TestSupport
import Testing

/// The files of `gateway.exports`, with and without a `serve` that runs.
@Suite(.serialized)
struct ExportTests {
    private func installation() throws -> (Installation, String) {
        let rollcall = try Installation()
        let port = Shell.freePort()
        try rollcall.configure(
            """
            http: { listen: "127.0.0.1:\(port)", base_url: "http://localhost:\(port)" }
            gateway:
              exports:
                - { format: lmdb, to: ../../recipients, command: [/bin/sh, -c, "echo told >> \(rollcall.folder)/told"] }
                - { format: list, domain: example.com, to: \(rollcall.folder)/no/list }
            """)
        return (rollcall, "lmdb:\(rollcall.folder)/recipients")
    }

    private func told(_ rollcall: Installation) -> Int {
        ((try? String(contentsOfFile: rollcall.folder + "/told", encoding: .utf8)) ?? "").split(separator: "\n").count
    }

    private func has(_ table: String, _ address: String) -> Bool {
        (try? Shell.run(["postmap", "-q", address, table])) != nil
    }

    @Test("sync and undo bring the files up to date by themselves; what fails is a warning and shows in the status")
    func commandLine() throws {
        let (rollcall, table) = try installation()
        try rollcall.domain(people: 3)
        let run = try rollcall.json("sync", "run", "example.com")
        #expect(run.exitCode == 0 && run.text("outcome") == "applied")
        #expect(run.errors.contains("warning: ") && run.errors.contains("no/list"))
        #expect(has(table, "user2@example.com") && told(rollcall) == 1)
        let status = try rollcall.json("status")
        #expect(status.exitCode == 1)
        let exports = status.json["exports"] as? [[String: Any]] ?? []
        #expect(exports.count == 2 && exports[0]["problem"] is NSNull && exports[1]["problem"] is String)
        try rollcall.run("account", "add", "hand@example.com")
        #expect(has(table, "hand@example.com") && told(rollcall) == 2)
    }

    @Test("serve sees the editions of every process, within two seconds, and nobody does it twice")
    func serve() throws {
        let (rollcall, table) = try installation()
        try rollcall.domain(people: 3)
        let server = try rollcall.start(["serve"])
        defer { server.process.terminate() }
        try Shell.wait(seconds: 20, for: "the first export") {
            FileManager.default.fileExists(atPath: rollcall.folder + "/told")
        }
        // A process that knows nothing of the exports.
        var blind = rollcall.environment
        blind["ROLLCALL_GATEWAY_EXPORTS"] = "[]"
        let run = try Running(
            rollcall.folder + "/bin/rollcall", ["sync", "run", "example.com"], environment: blind, input: "",
            rollcall.fixture
        ).wait()
        #expect(run.exitCode == 0)
        try Shell.wait(seconds: 2, for: "the new edition") { has(table, "user2@example.com") }
        let before = told(rollcall)
        try rollcall.run("account", "add", "hand@example.com")
        #expect(has(table, "hand@example.com"))
        Thread.sleep(forTimeInterval: 1.5)
        #expect(told(rollcall) == before + 1)
    }
}
