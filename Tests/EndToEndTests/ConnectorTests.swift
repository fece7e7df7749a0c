import Foundation
import TestSupport
import Testing

/// A third party's way: a new connector, checked, tried, put in place, used.
struct ConnectorTests {
    @Test("a new connector builds, conforms, is tried, put in place and used")
    func author() throws {
        let rollcall = try Installation()
        let made = try rollcall.json("connector", "new", "--lang", "c", "org.example.hr", in: rollcall.folder)
        #expect(made.exitCode == 0, "\(made.output)\(made.errors)")
        let folder = rollcall.folder + "/org.example.hr"
        let include = Installation.repository + "/Sources/CRollcall/include"
        let built = try Running(
            "/usr/bin/env", ["make", "-C", folder, "INCLUDE=\(include)"], environment: rollcall.environment, input: "",
            rollcall.fixture
        ).wait()
        #expect(built.exitCode == 0, "\(built.errors)")
        let library = "\(folder)/org.example.hr.so"
        let people = "path=\(folder)/people.txt"

        let check = try rollcall.json("connector", "check", library, "--set", people)
        #expect(check.exitCode == 0, "\(check.output)")
        #expect(check["ok"] as? Bool == true)
        #expect(((check["results"] as? [Any])?.count ?? 0) > 20)

        let tried = try rollcall.run("connector", "try", library, "--set", people)
        #expect(tried.exitCode == 0)
        #expect(tried.output.contains("anna@example.com"))

        for name in ["org.example.hr.so", "org.example.hr.json"] {
            try FileManager.default.copyItem(
                atPath: "\(folder)/\(name)", toPath: "\(rollcall.folder)/lib/rollcall/connectors/\(name)")
        }
        let list = try rollcall.json("connector", "list").list
        #expect(list.compactMap { $0["id"] as? String } == ["generic", "org.example.hr"])
        #expect(list.allSatisfy { $0["state"] as? String == "ready" })
        try rollcall.run("domain", "add", "example.com", "--type", "org.example.hr")
        try rollcall.run("source", "set", "example.com", people)
        #expect(try rollcall.json("sync", "run", "example.com").text("outcome") == "applied")
    }

    @Test("a library that is none does not conform, and a host's setting is not a connector's")
    func none() throws {
        let rollcall = try Installation()
        let text = try rollcall.fixture.file(rollcall.folder + "/text.so", "no library")
        let check = try rollcall.json("connector", "check", text)
        #expect(check.exitCode == 1)
        #expect(check["ok"] as? Bool == false)
        #expect(try rollcall.json("connector", "check", rollcall.folder + "/nowhere.so").exitCode == 1)
        let host = try rollcall.json("connector", "try", text, "--set", "limit.total=1")
        #expect(host.error["field"] as? String == "limit.total")
        #expect(try rollcall.json("connector", "new", "--lang", "cobol", "x").exitCode == 64)
        #expect(try rollcall.json("connector", "show", "genric").exitCode == 4)
    }

    @Test("a pinned connector must be allowed first, and again when it changes")
    func pinned() throws {
        let rollcall = try Installation()
        rollcall.environment["ROLLCALL_CONNECTORS_POLICY"] = "pinned"
        let refused = try rollcall.json("domain", "add", "example.com", "--type", "generic")
        #expect(refused.exitCode == 4)
        #expect(refused.error["class"] as? String == "denied")
        #expect(try rollcall.json("connector", "allow", "generic").exitCode == 0)
        #expect(try rollcall.json("domain", "add", "example.com", "--type", "generic").exitCode == 0)
    }
}
