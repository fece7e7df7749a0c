import Foundation
import Testing

/// Bad input: one clear sentence, a hint, the right exit code, and nothing lost.
struct BadInputTests {
    @Test(
        "what cannot be done is said in one sentence with the right exit code",
        arguments: [
            (["domain", "add", "example.org", "--type", "generc"], 4, "badSettings", "Did you mean generic?"),
            (["domain", "add", "exa mple", "--type", "generic"], 64, "usage", "blank"),
            (["domain", "add", "example.org", "--type", "generic", "--inbound", "h:99999"], 64, "usage", "port"),
            (["domain", "add", "example.com", "--type", "generic"], 1, "exists", "already"),
            (["domain", "show", "nowhere.org"], 1, "notFound", "nowhere.org"),
            (["domain", "remove", "example.com"], 64, "confirm", "Remove example.com"),
            (["domain", "set", "example.com", "enforce=on"], 4, "badSettings", "empty"),
            (["domain", "set", "example.com", "enforec=on"], 4, "badSettings", "did you mean enforce?"),
            (["source", "set", "example.com", "locaton=/x"], 4, "badSettings", "Did you mean location?"),
            (["source", "set", "example.com", "max_megabytes=many"], 4, "badSettings", "number"),
            (["source", "set", "example.com", "format=xml"], 4, "badSettings", "Format"),
            (["source", "set", "example.com", "password=hunter2"], 4, "badSettings", "secret"),
            (
                ["source", "set", "example.com", "limit.accounts.delet=5"], 4, "badSettings",
                "did you mean limit.accounts.delete?"
            ),
            (["source", "set", "example.com", "limit.accounts.delete=lots"], 4, "badSettings", "percentage"),
            (["source", "set", "example.com", "auto.times_per_day=5"], 4, "badSettings", "1 to 4"),
            (["source", "set", "example.com", "auto.time_zone=Mars/Base"], 4, "badSettings", "time zone"),
            (["source", "set", "example.com", "auto.enabled=on"], 4, "badSettings", "no sync has succeeded"),
            (["source", "set", "example.com", "notify.recipients=me@@x"], 4, "badSettings", "me@@x"),
            (["source", "set", "example.com", "exclude=[z-a]@x"], 4, "badSettings", "pattern"),
            (["source", "set", "example.com", "novalue"], 64, "usage", "KEY=VALUE"),
            (["source", "secret", "example.com", "pasword"], 4, "badSettings", "did you mean password?"),
            (["source", "secret", "example.com", "location"], 4, "badSettings", "no secret"),
            (["source", "show", "example.com/ldap"], 1, "notFound", "ldap"),
            (["sync", "run", "nowhere.org"], 1, "notFound", "nowhere.org"),
            (["sync", "approve", "01K"], 1, "notFound", "01K"),
            (["run", "show", "01K"], 1, "notFound", "01K"),
            (["account", "add", "no-address"], 64, "usage", "no @"),
            (["account", "add", "a@nowhere.org"], 1, "notFound", "nowhere.org"),
            (["customer", "remove", "nobody"], 1, "notFound", "nobody"),
            (["domian", "list"], 64, "usage", "did you mean domain?"),
            (["domain", "lst"], 64, "usage", "did you mean list?"),
            (["domain", "add"], 64, "usage", "name"),
            (["store", "restore", "/nowhere/backup"], 78, "configuration", "/nowhere/backup"),
        ])
    func refused(words: [String], exitCode: Int32, kind: String, says: String) throws {
        let rollcall = try Installation()
        try rollcall.run("domain", "add", "example.com", "--type", "generic")
        let before = try rollcall.json("source", "show", "example.com").output
        let result = try rollcall.start(words + ["--json"]).wait()
        #expect(result.exitCode == exitCode, "\(words): \(result.output)\(result.errors)")
        #expect(result.error["class"] as? String == kind, "\(words): \(result.output)")
        let message = result.error["message"] as? String ?? ""
        #expect(message.contains(says), "\(words): \(message)")
        #expect(result.errors.contains(message))
        #expect(!result.output.contains("hunter2") && !result.errors.contains("hunter2"))
        #expect(try rollcall.json("source", "show", "example.com").output == before)
    }

    @Test(
        "a source that cannot be read fails its run, and the book stays",
        arguments: [
            ("location=/nowhere/people.csv", Int32(4), "badSettings"),
            ("location=http://127.0.0.1:9/people.csv", 5, "unavailable"),
            ("location=https://does-not-exist.invalid/people.csv", 5, "unavailable"),
        ])
    func unreachable(setting: String, exitCode: Int32, kind: String) throws {
        let rollcall = try Installation()
        try rollcall.domain(people: 3)
        #expect(try rollcall.json("sync", "run", "example.com").exitCode == 0)
        try rollcall.run("source", "set", "example.com", setting)
        let run = try rollcall.json("sync", "run", "example.com")
        #expect(run.exitCode == exitCode, "\(run.output)")
        #expect(run.text("problem", "class") == kind)
        #expect(run.text("outcome") == "failed")
        let test = try rollcall.json("sync", "test", "example.com")
        #expect(test["ok"] as? Bool == false)
        #expect(test.exitCode == exitCode)
        #expect((try rollcall.json("book", "show", "example.com")["accounts"] as? [Any])?.count == 3)
    }

    @Test("a missing setting stops the run before it begins")
    func missing() throws {
        let rollcall = try Installation()
        try rollcall.run("domain", "add", "example.com", "--type", "generic")
        let run = try rollcall.json("sync", "run", "example.com")
        #expect(run.exitCode == 4)
        #expect(run.text("problem", "field") == "location")
    }

    @Test("a secret is piped in, kept sealed, never shown, and forgotten when its place changes")
    func secrets() throws {
        let rollcall = try Installation()
        try rollcall.domain(people: 1)
        let stored = try rollcall.json("source", "secret", "example.com", "password", input: "hunter2\n")
        #expect(stored.exitCode == 0)
        let shown = try rollcall.json("source", "show", "example.com")
        #expect(shown["settings", "password", "stored"] as? Bool == true)
        #expect(!shown.output.contains("hunter2"))
        for file in try FileManager.default.subpathsOfDirectory(atPath: rollcall.folder + "/state") {
            let data = FileManager.default.contents(atPath: "\(rollcall.folder)/state/\(file)") ?? Data()
            #expect(data.range(of: Data("hunter2".utf8)) == nil, "\(file) holds the secret")
        }
        let keys = try FileManager.default.attributesOfItem(atPath: rollcall.folder + "/state/keys")
        #expect((keys[.posixPermissions] as? Int) == 0o600)
        let moved = try rollcall.json("source", "set", "example.com", "location=https://elsewhere.example/people.csv")
        #expect(moved["settings", "password", "stored"] as? Bool == false)
        #expect(try rollcall.json("source", "secret", "example.com", "password", input: "").exitCode == 64)
    }

    @Test("a connector whose file is not the one of its manifest is refused, and its settings stay")
    func refusedConnector() throws {
        let rollcall = try Installation()
        try rollcall.domain(people: 1)
        let library = rollcall.folder + "/lib/rollcall/connectors/generic.so"
        let handle = try #require(FileHandle(forWritingAtPath: library))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data([0]))
        try handle.close()
        let run = try rollcall.json("sync", "run", "example.com")
        #expect([1, 4].contains(run.exitCode))
        #expect(run.output.contains("generic"))
        #expect(try rollcall.json("domain", "add", "example.org", "--type", "generic").exitCode == 4)
        let shown = try rollcall.json("source", "show", "example.com")
        #expect(shown.text("connector", "state") == "untrusted")
        #expect(shown.text("settings", "location")?.hasSuffix("people.csv") == true)
    }
}
