/// The server of `server.py`, for one test.

internal import Foundation
internal import TestSupport

final class FaultyServer {
    let port: Int
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init(_ fixture: Fixture, _ arguments: [String] = []) throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/server.py"
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", script] + arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        port = Int(try Self.line(output.fileHandleForReading)) ?? 0
        fixture.defer { [process, input] in
            try input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
    }

    /// What was asked for, a line each. Ends the server.
    func requests() throws -> [String] {
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }

    private static func line(_ handle: FileHandle) throws -> String {
        var bytes: [UInt8] = []
        while let byte = try handle.read(upToCount: 1)?.first, byte != 0x0A { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
