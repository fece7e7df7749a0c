/// A running Graph simulator (Tests/GraphSimulator), steered by lines of JSON. It ends when its standard input closes.
internal import Foundation

/// Used by one test at a time: the suites that share one are serialized.
package final class Simulator: @unchecked Sendable {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var rest: [UInt8] = []
    package private(set) var origin = ""
    package private(set) var foreign = ""
    package private(set) var tenant = ""
    package private(set) var clientID = ""
    package private(set) var secret = ""

    private static var folder: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path + "/GraphSimulator"
    }

    package init(_ arguments: [String] = []) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-B", "\(Self.folder)/simulator.py"] + arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let first = try line()
        origin = first["origin"] as? String ?? ""
        foreign = first["foreign"] as? String ?? ""
        tenant = first["tenant"] as? String ?? ""
        clientID = first["client_id"] as? String ?? ""
        secret = first["client_secret"] as? String ?? ""
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// The settings of a source with an app registration of its own at this simulator.
    package var settings: [(String, String)] {
        [
            ("cloud", "custom"), ("login_url", origin), ("graph_url", origin), ("auth", "app"), ("tenant_id", tenant),
            ("client_id", clientID), ("client_secret", secret), ("attempts", "3"), ("timeout", "5"),
        ]
    }

    @discardableResult
    package func send(_ verb: String, _ body: [String: Any] = [:]) throws -> [String: Any] {
        var body = body
        body["verb"] = verb
        var data = try JSONSerialization.data(withJSONObject: body)
        data.append(0x0A)
        try input.fileHandleForWriting.write(contentsOf: data)
        return try line()
    }

    package func faults(_ faults: [String: Any]...) throws { try send("faults", ["faults": faults]) }

    /// Paths asked for since the last time, and whether anything went to the foreign host.
    package func log() throws -> (requests: [[String: Any]], foreign: Int, most: Int) {
        let log = try send("log")
        return (
            log["requests"] as? [[String: Any]] ?? [], (log["foreign"] as? [Any])?.count ?? -1,
            log["most"] as? Int ?? -1
        )
    }

    private func line() throws -> [String: Any] {
        while true {
            if let end = rest.firstIndex(of: 0x0A) {
                let data = Data(rest[..<end])
                rest.removeSubrange(...end)
                return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw SimulatorGone() }
            rest.append(contentsOf: more)
        }
    }

    struct SimulatorGone: Error {}
}
