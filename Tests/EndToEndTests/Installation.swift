import Foundation
import TestSupport

/// An installation of its own for one test: the built program beside the built connector, a store, nothing shared. It is
/// driven as a user would drive it: words in, text and exit code out.
final class Installation {
    let fixture = Fixture()
    let folder: String
    var environment: [String: String]

    /// Where the products of the build lie: beside the test bundle.
    static let products: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = URL(filePath: bundle).deletingLastPathComponent().path
        if FileManager.default.fileExists(atPath: beside + "/rollcall") { return beside }
        // Swift Testing may be run by a helper of the toolchain; the bundle is then its argument.
        let argument = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? ""
        return URL(filePath: argument).deletingLastPathComponent().path
    }()

    static let repository: String = {
        var folder = URL(filePath: #filePath)
        while !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) {
            folder.deleteLastPathComponent()
        }
        return folder.path
    }()

    init() throws {
        folder = try fixture.temporaryDirectory("rollcall-e2e")
        environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder]
        for part in ["bin", "lib/rollcall/connectors", "etc/rollcall", "state"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(part)", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        }
        try FileManager.default.linkOrCopy(Self.products + "/rollcall", to: folder + "/bin/rollcall")
        try addConnector("generic", from: "Generic")
        try configure("")
    }

    /// Puts a connector of the house in place.
    func addConnector(_ id: String, from plugin: String) throws {
        try shell(
            "\(Self.repository)/.ci/install-connector", "\(Self.products)/librollcall-\(id).so",
            "\(Self.repository)/Plugins/\(plugin)/\(id).json", "\(folder)/lib/rollcall/connectors")
    }

    /// Writes the configuration: state in this folder, connectors of this user, and what the test wants.
    func configure(_ more: String) throws {
        try fixture.file(
            folder + "/etc/rollcall/rollcall.yaml",
            """
            store: sqlite:\(folder)/state/rollcall.db
            keys: file:\(folder)/state/keys
            connectors: { policy: own }
            \(more)
            """)
    }

    struct Result {
        let exitCode: Int32
        let output: String
        let errors: String

        /// The one JSON document.
        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(output.utf8))) as? [String: Any] ?? [:]
        }
        var list: [[String: Any]] {
            (try? JSONSerialization.jsonObject(with: Data(output.utf8))) as? [[String: Any]] ?? []
        }
        var error: [String: Any] { json["error"] as? [String: Any] ?? [:] }

        /// `run["counts", "accounts", "add"]`
        subscript(path: String...) -> Any? {
            path.reduce(json as Any?) { value, key in (value as? [String: Any])?[key] }
        }
        func number(_ path: String...) -> Int? {
            path.reduce(json as Any?) { value, key in (value as? [String: Any])?[key] } as? Int
        }
        func text(_ path: String...) -> String? {
            path.reduce(json as Any?) { value, key in (value as? [String: Any])?[key] } as? String
        }
    }

    @discardableResult
    func run(_ words: String..., input: String = "") throws -> Result {
        try start(words, input: input).wait()
    }

    /// With `--json`, before the noun or behind the verb by turns: both must work.
    @discardableResult
    func json(_ words: String..., input: String = "", in folder: String? = nil) throws -> Result {
        try start(words.count % 2 == 0 ? ["--json"] + words : words + ["--json"], input: input, in: folder).wait()
    }

    func start(_ words: [String], input: String = "", in place: String? = nil) throws -> Running {
        try Running(folder + "/bin/rollcall", words, environment: environment, input: input, fixture, in: place)
    }

    private func shell(_ program: String, _ words: String...) throws {
        let result = try Running(program, words, environment: environment, input: "", fixture).wait()
        guard result.exitCode == 0 else { throw InstallationError(text: "\(program): \(result.errors)") }
    }

    /// A list of people in the installation's folder, `count` of them, and the path.
    @discardableResult
    func people(_ count: Int, domain: String = "example.com", file: String = "people.csv") throws -> String {
        var text = "id,email,aliases,name,type,members\n"
        for number in 0..<count {
            text += "u\(number),user\(number)@\(domain),alias\(number)@\(domain),User \(number),user,\n"
        }
        return try fixture.file("\(folder)/\(file)", text)
    }

    /// A domain whose source reads `people.csv`.
    func domain(_ name: String = "example.com", people count: Int) throws {
        let path = try people(count, domain: name)
        try run("domain", "add", name, "--type", "generic")
        try run("source", "set", name, "location=\(path)")
    }
}

struct InstallationError: Error {
    let text: String
}

/// A program at work. Its output goes to files, as a full pipe would stop it.
final class Running {
    let process = Process()
    private let output: String
    private let errors: String

    init(
        _ program: String, _ words: [String], environment: [String: String], input: String, _ fixture: Fixture,
        in place: String? = nil
    ) throws {
        let folder = try fixture.temporaryDirectory("rollcall-run")
        (output, errors) = (folder + "/output", folder + "/errors")
        for path in [output, errors] { try fixture.file(path, "") }
        try fixture.file(folder + "/input", input)
        process.executableURL = URL(filePath: program)
        process.arguments = words
        process.environment = environment
        if let place { process.currentDirectoryURL = URL(filePath: place) }
        process.standardInput = FileHandle(forReadingAtPath: folder + "/input")
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        try process.run()
    }

    func wait() throws -> Installation.Result {
        process.waitUntilExit()
        let code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        return Installation.Result(
            exitCode: code, output: try String(contentsOfFile: output, encoding: .utf8),
            errors: try String(contentsOfFile: errors, encoding: .utf8))
    }
}

extension FileManager {
    /// A hard link where the file systems allow it: the debug binary is large.
    fileprivate func linkOrCopy(_ from: String, to: String) throws {
        do { try linkItem(atPath: from, toPath: to) } catch { try copyItem(atPath: from, toPath: to) }
    }
}
