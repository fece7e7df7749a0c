import Foundation
import RollcallGateway
import Testing

@testable import RollcallCommands

struct ConfigurationTests {
    private func load(_ text: String, _ environment: [String: String] = [:]) throws(Failure) -> Configuration {
        try Configuration(
            ConfigurationFile.values(text, "r.yaml"), file: "/conf/r.yaml", environment: environment,
            layout: Layout(executable: "/opt/rollcall/bin/rollcall"))
    }

    @Test(
        "a wrong configuration is told with its place and what would be right",
        arguments: [
            ("stroe: sqlite:/x", "r.yaml:1:1: Unknown key “stroe”; did you mean store?"),
            ("sync:\n  concurency: 4", "r.yaml:2:3: Unknown key “sync.concurency”; did you mean concurrency?"),
            ("sync: { concurrency: many }", "r.yaml:1:22: sync.concurrency is “many”"),
            ("sync: { concurrency: 0 }", "r.yaml:1:22: sync.concurrency is “0”"),
            ("sync: 4", "r.yaml:1:7: sync must be a group of keys"),
            ("store: [a, b]", "r.yaml:1:8: store takes one value, not a list"),
            ("store: mysql://x", "r.yaml:1:8: store is “mysql://x”"),
            ("http: { listen: 8460 }", "r.yaml:1:17: http.listen is “8460”"),
            ("mail: { password: hunter2 }", "r.yaml:1:19: mail.password must be file:PATH or cred:NAME"),
            ("log: { level: inof }", "did you mean info?"),
            ("connectors: { policy: any }", "must be one of root, own, pinned, signed"),
            ("sync: { worker: { memory: 256MB } }", "must be a size like 256MiB"),
            ("sync: { worker: { stall: 10 } }", "must be a time like 10m"),
            ("sync: { networks: [10.0.0.0/8, 10.0.0.0/33] }", "sync.networks has “10.0.0.0/33”"),
            ("store: a\nstore: b", "The key store is there twice"),
            ("store: [", "r.yaml:2:1: This is not YAML"),
            ("gateway: { exports: [{ format: lmbd, to: /x }] }", "r.yaml:1:32: gateway.exports: format is “lmbd”"),
            (
                "gateway: { exports: [{ fromat: lmdb }] }",
                "r.yaml:1:24: Unknown key “fromat” in gateway.exports; did you mean format?"
            ),
            ("gateway: { exports: [{ format: lmdb }] }", "r.yaml:1:22: gateway.exports: an export needs to"),
            (
                "gateway: { exports: { format: lmdb } }",
                "gateway.exports takes a list of groups: format, domain, to, grace, command"
            ),
            ("gateway: { exports: [{ format: list, to: x, command: [ls] }] }", "must begin with the full path"),
            ("gateway: { exports: [{ format: list, to: x, domain: No }] }", "“No” is no domain"),
            ("store: {a: b}", "store takes a value, not a group of keys"),
        ])
    func wrong(text: String, expected: String) throws {
        let failure = #expect(throws: Failure.self) { try load(text) }
        #expect(failure?.exitCode == 78)
        #expect(failure?.message.contains(expected) == true, "\(failure?.message ?? "")")
    }

    @Test("a secret that stands in the configuration is not repeated in the error")
    func secretNotRepeated() {
        let failure = #expect(throws: Failure.self) { try load("mail: { password: hunter2 }") }
        #expect(failure?.message.contains("hunter2") == false)
    }

    @Test("the environment overrides the file, and the file the defaults")
    func order() throws {
        let configuration = try load(
            "sync: { concurrency: 2 }\nlog: { level: debug }",
            ["ROLLCALL_SYNC_CONCURRENCY": "3", "ROLLCALL_CONNECTORS_PATH": "/a:b"])
        #expect(configuration.number("sync.concurrency") == 3)
        #expect(configuration.text("log.level") == "debug")
        #expect(configuration.bytes("sync.worker.memory") == 256 << 20)
        #expect(configuration.connectorFolders == ["/a", "/opt/rollcall/b"])
    }

    @Test("exports are read from the file and, as the same text, from the environment")
    func exports() throws {
        let text =
            "[{format: lmdb, to: t, grace: leave_out, command: [/bin/echo, a b]}, {format: list, domain: a.example, to: /l}]"
        let expected = [
            ExportJob(
                format: .lmdb, domain: nil, path: "/conf/t.lmdb", activeOnly: true, command: ["/bin/echo", "a b"]),
            ExportJob(format: .list, domain: "a.example", path: "/l"),
        ]
        #expect(try load("gateway: { exports: \(text) }").exports == expected)
        #expect(try load("", ["ROLLCALL_GATEWAY_EXPORTS": text]).exports == expected)
        let failure = #expect(throws: Failure.self) { try load("", ["ROLLCALL_GATEWAY_EXPORTS": "[{to: x}]"]) }
        #expect(
            failure?.message.contains("ROLLCALL_GATEWAY_EXPORTS:1:2: gateway.exports: an export needs format") == true)
    }

    @Test("an override that is wrong names its variable")
    func wrongVariable() {
        let failure = #expect(throws: Failure.self) { try load("", ["ROLLCALL_HTTP_LISTEN": "here"]) }
        #expect(failure?.message.hasPrefix("ROLLCALL_HTTP_LISTEN: http.listen is “here”") == true)
        #expect(failure?.exitCode == 78)
    }

    @Test("connectors lie relative to the prefix, everything else to the file")
    func relative() throws {
        let configuration = try load("store: sqlite:state/r.db\nkeys: file:keys")
        #expect(configuration.store == "sqlite:/conf/state/r.db")
        #expect(configuration.keys == "file:/conf/keys")
        #expect(configuration.connectorFolders == ["/opt/rollcall/lib/rollcall/connectors"])
    }

    @Test("an empty file, an empty group and a comment are fine", arguments: ["", "# nothing", "sync:", "mail: {}"])
    func empty(text: String) throws {
        #expect(try load(text).number("sync.concurrency") == 4)
    }

    @Test("the example configuration is right and has every key")
    func example() throws {
        var folder = URL(filePath: #filePath)
        while !FileManager.default.fileExists(atPath: folder.appending(path: "conf/rollcall.yaml").path) {
            folder.deleteLastPathComponent()
        }
        let text = try String(contentsOf: folder.appending(path: "conf/rollcall.yaml"), encoding: .utf8)
        let written = try load(text)
        // With the comment signs of commented keys taken away it must still be right, and then hold every key.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            guard let sign = line.firstIndex(of: "#"), line[..<sign].allSatisfy({ $0 == " " }) else {
                return String(line)
            }
            let rest = line[line.index(after: sign)...].dropFirst()
            let key = rest.drop { $0 == " " }.prefix { $0 != ":" && $0 != " " }
            let isKey = ConfigurationKey.all.contains { $0.name.split(separator: ".").contains(key) }
            return isKey && rest.drop { $0 == " " }.dropFirst(key.count).first == ":"
                ? String(line[..<sign]) + String(rest) : ""
        }
        let all = try ConfigurationFile.values(lines.joined(separator: "\n"), "rollcall.yaml")
        for key in ConfigurationKey.all {
            #expect(all[key.name] != nil, "\(key.name) is not in conf/rollcall.yaml")
            if let standard = key.standard {
                #expect(written.values[key.name]?.text == standard, "\(key.name) differs from its default")
            }
        }
    }

    @Test("passwords inside a URL are not shown")
    func redaction() {
        #expect(Configuration.redacted("postgres://me:pw@h/db") == "postgres://me:***@h/db")
        #expect(Configuration.redacted("postgres://me@h/db") == "postgres://me@h/db")
        #expect(Configuration.redacted("sqlite:/a@b:c") == "sqlite:/a@b:c")
    }
}
