import Foundation
import TestSupport
import Testing

/// What a third party does: plain `cc`, the installed header, and two files dropped into a folder.
struct TemplateTests {
    @Test("the C template, built with plain cc and dropped in, syncs a domain without a restart or a word of setup")
    func dropped() throws {
        let rollcall = try Installation()
        let source = Installation.repository + "/Plugins/Template-C"
        let id = "org.example.template"
        let connectors = rollcall.folder + "/lib/rollcall/connectors"
        #expect(try rollcall.json("connector", "show", id).exitCode != 0)
        try Products.run(
            "cc",
            [
                "-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror", "-fPIC", "-shared", "-fvisibility=hidden",
                "-I\(Installation.repository)/Sources/CRollcall/include", "-o", "\(connectors)/\(id).so",
                "\(source)/template.c",
            ])
        try FileManager.default.copyItem(atPath: "\(source)/\(id).json", toPath: "\(connectors)/\(id).json")
        let shown = try rollcall.json("connector", "show", id)
        #expect(shown.text("state") == "ready", "\(shown.output)")

        let people = try rollcall.fixture.file(
            rollcall.folder + "/people.txt", "1,ann@example.com,Ann\n2,bob@example.com,Bob\n")
        #expect(try rollcall.run("domain", "add", "example.com", "--type", id).exitCode == 0)
        #expect(try rollcall.run("source", "set", "example.com", "path=\(people)").exitCode == 0)
        #expect(try rollcall.json("sync", "run", "example.com").number("counts", "accounts", "add") == 2)
        #expect(try rollcall.json("explain", "bob@example.com").text("account") == "bob@example.com")
    }

    @Test("each bundled connector exports one symbol", arguments: ["generic", "ldap", "o365"])
    func exports(name: String) throws {
        let library = "\(Installation.products)/librollcall-\(name).so"
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["nm", "-D", "--defined-only", library]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let symbols = text.split(separator: "\n").map { $0.split(separator: " ").last.map(String.init) ?? "" }
        #expect(symbols == ["rollcall_connector_v1"])
    }
}
