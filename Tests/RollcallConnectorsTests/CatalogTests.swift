import RollcallConnectors
import RollcallCore
import TestSupport
import Testing

internal import Crypto
internal import Foundation

extension WorkerSuites {
    /// Find, judge, then open: what is wrong with one connector is its own state and reason.
    @Suite("the catalog")
    struct CatalogTests {
        let fixture = Fixture()

        private func scan(
            _ folders: [String], policy: TrustPolicy = .own, pins: some PinBook = NoPins(), cache: String? = nil
        ) -> [ConnectorInfo] {
            Catalog(paths: folders, policy: policy, pins: pins, cache: cache, executable: House.executable).scan()
        }

        @Test("a good connector is ready, with what its table says")
        func ready() throws {
            let folder = try fixture.library(
                "good", manifest: ["publisher": "Somebody", "ports": [389, 636], "consentHosts": ["Login.Example"]])
            let info = try #require(scan([folder]).first)
            #expect(info.state == .ready)
            #expect(info.reason == nil)
            #expect(info.version == "1.0")
            #expect(info.abi == "1.0")
            #expect(info.flags == .deltas)
            #expect(info.ports == [389, 636])
            #expect(info.consentHosts == ["login.example"])
            #expect(info.tab?.field("path")?.type == .path)
            #expect(info.sha256.utf8.count == 64)
        }

        @Test("a library that is dropped in is found by the next scan, and gone by the one after it goes")
        func dropped() throws {
            let folder = try fixture.temporaryDirectory()
            let catalog = Catalog(
                paths: [folder], policy: .own, pins: NoPins(), cache: folder + "/cache", executable: House.executable)
            #expect(catalog.scan().isEmpty)
            let made = try fixture.library("good")
            for name in ["test.so", "test.json"] {
                try FileManager.default.moveItem(atPath: made + "/" + name, toPath: folder + "/" + name)
            }
            #expect(catalog.scan().map(\.state) == [.ready])
            #expect(try catalog.connector("test").id == "test")
            try FileManager.default.removeItem(atPath: folder + "/test.json")
            #expect(catalog.scan().map(\.state) == [.broken])
            try FileManager.default.removeItem(atPath: folder + "/test.so")
            #expect(catalog.scan().isEmpty)
        }

        @Test(
            "what cannot be used says why",
            arguments: [
                ("group can write", ConnectorInfo.State.untrusted, "chmod go-w"),
                ("symbolic link", .untrusted, "symbolic link"), ("other hash", .untrusted, "sha256"),
                ("manifest is no JSON", .broken, "not JSON"), ("no library", .broken, "missing"),
                ("library elsewhere", .broken, "plain file name"), ("folder for all", .untrusted, "can be written to"),
                ("not a library", .broken, "cannot be loaded"), ("wrong id", .broken, "its manifest says"),
                ("crashes", .broken, "crashed"), ("bad tab", .broken, "no type"),
            ])
        func faults(fault: String, state: ConnectorInfo.State, says: String) throws {
            let flags = ["wrong id": "-DWRONG_ID", "crashes": "-DON_LOAD=raise(SIGSEGV)"][fault].map { [$0] } ?? []
            let source = fault == "bad tab" ? "sinner" : "bad"
            let folder = try fixture.library(
                source, ["-w", "-DBEHAVIOUR=99", fault == "bad tab" ? "-DTAB" : "-DNONE"] + flags)
            let library = folder + "/test.so"
            switch fault {
            case "group can write": chmod(library, 0o775)
            case "symbolic link":
                try FileManager.default.moveItem(atPath: library, toPath: folder + "/real")
                try FileManager.default.createSymbolicLink(atPath: library, withDestinationPath: "real")
            case "other hash": try manifest(folder, ["sha256": String(repeating: "0", count: 64)])
            case "manifest is no JSON": try fixture.file(folder + "/test.json", "{")
            case "no library": try FileManager.default.removeItem(atPath: library)
            case "library elsewhere": try manifest(folder, ["library": "../x.so"])
            case "folder for all": chmod(folder, 0o777)
            case "not a library": try fixture.file(library, "text")
            default: break
            }
            let info = try #require(scan([folder]).first)
            #expect(info.state == state, "\(info.reason ?? "")")
            #expect(info.reason?.contains(says) == true, "\(info.reason ?? "")")
        }

        private func manifest(_ folder: String, _ more: [String: Any]) throws {
            var keys: [String: Any] = ["id": "test", "name": "Test", "library": "test.so"]
            keys.merge(more) { $1 }
            try JSONSerialization.data(withJSONObject: keys).write(to: URL(fileURLWithPath: folder + "/test.json"))
        }

        @Test("of two with one id the first stands")
        func doubled() throws {
            let first = try fixture.library("good")
            let second = try fixture.library("good")
            let found = scan([first, second])
            #expect(found.map(\.state) == [.ready, .doubled])
            #expect(found[1].reason?.contains(first) == true)
        }

        private struct Book: PinBook {
            var pins: [String: String] = [:]
            var reason: String?
            func pinned(_ id: String) -> String? { pins[id] }
            func quarantine(_ id: String, sha256: String) -> String? { reason }
        }

        @Test("a pin lets this file through and no other; quarantine shuts it out")
        func pins() throws {
            let folder = try fixture.library("good")
            let hash = try #require(scan([folder]).first?.sha256)
            #expect(scan([folder], policy: .pinned).first?.state == .untrusted)
            #expect(scan([folder], policy: .pinned, pins: Book(pins: ["test": hash])).first?.state == .ready)
            let other = Book(pins: ["test": String(repeating: "0", count: 64)])
            #expect(scan([folder], policy: .own, pins: other).first?.state == .untrusted)
            let info = scan([folder], pins: Book(reason: "It crashed 5 times in a row.")).first
            #expect(info?.state == .quarantined)
            #expect(info?.reason == "It crashed 5 times in a row.")
            #expect(info?.name == "Test")
        }

        @Test("a signature over the manifest vouches for the library")
        func signed() throws {
            let key = Curve25519.Signing.PrivateKey()
            let policy = try #require(
                TrustPolicy("signed", keys: [key.publicKey.rawRepresentation.base64EncodedString()]))
            let folder = try fixture.library("good")
            let hash = try #require(scan([folder]).first?.sha256)
            #expect(scan([folder], policy: policy).first?.state == .untrusted)
            try manifest(folder, ["sha256": hash])
            let text = try Data(contentsOf: URL(fileURLWithPath: folder + "/test.json"))
            try fixture.file(folder + "/test.json.sig", key.signature(for: text).base64EncodedString() + "\n")
            #expect(scan([folder], policy: policy).first?.state == .ready)
            try manifest(folder, ["sha256": hash, "needs": ["exec"]])
            #expect(scan([folder], policy: policy).first?.state == .untrusted)
            #expect(TrustPolicy("signed") == nil)
            #expect(TrustPolicy("signed", keys: ["AAAA"]) == nil)
        }

        @Test("the cache on disk answers for the same file, and for no other")
        func cache() throws {
            let folder = try fixture.library("good")
            let cache = try fixture.temporaryDirectory()
            func scanWithoutProgram() -> ConnectorInfo.State? {
                // Nothing can be started: only the cache can answer.
                Catalog(paths: [folder], policy: .own, pins: NoPins(), cache: cache, executable: "/nowhere")
                    .scan().first?.state
            }
            #expect(scanWithoutProgram() == .broken)
            #expect(scan([folder], cache: cache).first?.state == .ready)
            #expect(scanWithoutProgram() == .ready)
            try fixture.compile("good", ["-O0"], to: folder + "/test.so")
            #expect(scanWithoutProgram() == .broken)
        }

        @Test("an unknown id is told with what is near, a known one with its state")
        func lookup() throws {
            let folder = try fixture.library("good")
            let catalog = Catalog(
                paths: [folder], policy: .pinned, pins: NoPins(), cache: nil, executable: House.executable)
            let unknown = #expect(throws: ConnectorFailure.self) { try catalog.connector("tesst") }
            #expect(unknown?.problem.text.contains("Did you mean test?") == true)
            let untrusted = #expect(throws: ConnectorFailure.self) { try catalog.connector("test") }
            #expect(untrusted?.problem.text.contains("untrusted") == true)
            #expect(untrusted?.hint?.contains("connector allow test") == true)
        }

        @Test("new connectors build and conform")
        func scaffold() throws {
            let folder = try fixture.temporaryDirectory()
            let include = House.root + "/Sources/CRollcall/include"
            let made = try Scaffold.make(.c, name: "org.example.hr-list", in: folder, include: include)
            let target = folder + "/org.example.hr-list"
            #expect(made.contains(target + "/hr_list.c"))
            let make = Process()
            make.executableURL = URL(fileURLWithPath: "/usr/bin/make")
            make.arguments = ["-s", "-C", target]
            try make.run()
            make.waitUntilExit()
            #expect(make.terminationStatus == 0)
            let results = ConnectorCheck(executable: House.executable).run(
                target + "/org.example.hr-list.so", settings: [("path", target + "/people.txt")]
            ) { _ in }
            #expect(ConnectorCheck.conforms(results), "\(results.filter { !$0.verdict.isGood })")
            #expect(throws: Scaffold.Flaw.self) {
                try Scaffold.make(.c, name: "org.example.hr-list", in: folder, include: include)
            }
            #expect(throws: Scaffold.Flaw.self) {
                try Scaffold.make(.swift, name: "../x", in: folder, include: include)
            }
            let swift = try Scaffold.make(.swift, name: "org.example.people", in: folder, include: include)
            for path in swift { #expect(try !String(contentsOfFile: path, encoding: .utf8).contains("@ID@")) }
        }
    }
}
