/// A mail server and webhook receiver of our own (Tests/MailSink), steered by lines of JSON. What has come is parsed by
/// Python's email package. It ends when its standard input closes.
internal import Foundation

/// Used by one test at a time: each has its own.
package final class MailSink: @unchecked Sendable {
    package struct Mail: Decodable, Sendable {
        package struct Part: Decodable, Sendable {
            package let type: String
            package let file: String?
            package let text: String?
        }

        package let from: String
        package let to: [String]
        package let tls: Bool
        package let headers: [[String]]
        package let subject: String
        package let parts: [Part]
        package let structure: [String]
        package let defects: [String]
        package let longest: Int
        package let bare: Int
        package let raw: String

        package func header(_ name: String) -> String? { headers.first { $0[0] == name }?[1] }
        package func text(_ type: String) -> String { parts.first { $0.type == type }?.text ?? "" }
    }

    package struct Post: Decodable, Sendable {
        package struct Body: Decodable, Sendable {
            package struct Run: Decodable, Sendable { package let id: String, outcome: String }
            package let event: String, id: String, domain: String, source: String
            package let recovered: Bool
            package let run: Run?
        }

        package let path: String
        package let body: Body
        package let signature: String?
        package let isGood: Bool
        package let event: String?
        package let delivery: String?
        package let type: String?
    }

    private struct Ports: Decodable { let smtp: Int, http: Int }
    private struct Sessions: Decodable { let count: Int, tls: Int, auth: [Bool] }
    private struct Mails: Decodable { let mails: [Mail], sessions: Sessions }
    private struct Posts: Decodable { let posts: [Post] }

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var rest: [UInt8] = []
    package private(set) var smtp = 0
    package private(set) var http = 0
    /// Whether each sign-in so far came encrypted.
    package private(set) var signIns: [Bool] = []

    private static var folder: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path + "/MailSink"
    }

    package init(_ arguments: [String] = []) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-B", "\(Self.folder)/sink.py"] + arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let ports = try JSONDecoder().decode(Ports.self, from: line())
        (smtp, http) = (ports.smtp, ports.http)
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    package func mode(_ mode: String) throws { _ = try send(["verb": "mode", "mode": mode]) }

    /// What the server says to a recipient, where it is not 250.
    package func refuse(_ codes: [String: Int]) throws { _ = try send(["verb": "recipients", "codes": codes]) }

    package func hook(_ status: Int, secret: String = "", location: String? = nil) throws {
        var order: [String: Any] = ["verb": "hook", "status": status, "secret": secret]
        if let location { order["location"] = location }
        _ = try send(order)
    }

    /// What has come since the last time.
    package func mails() throws -> [Mail] {
        let answer = try JSONDecoder().decode(Mails.self, from: send(["verb": "mails"]))
        signIns = answer.sessions.auth
        return answer.mails
    }

    package func posts() throws -> [Post] {
        try JSONDecoder().decode(Posts.self, from: send(["verb": "posts"])).posts
    }

    private func send(_ order: [String: Any]) throws -> Data {
        var data = try JSONSerialization.data(withJSONObject: order)
        data.append(0x0A)
        try input.fileHandleForWriting.write(contentsOf: data)
        return try line()
    }

    private func line() throws -> Data {
        while true {
            if let end = rest.firstIndex(of: 0x0A) {
                defer { rest.removeSubrange(...end) }
                return Data(rest[..<end])
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw Products.Failure(description: "the mail sink is gone") }
            rest.append(contentsOf: more)
        }
    }
}
