import Foundation
import TestSupport

/// Runs the helper process beside the tests' own binary.
struct Probe {
    var code: Int32
    var signal: Int32?
    var done: Int
    var lines: [String]

    static var path: String {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/store-probe"
    }

    /// Writes up to `count` pairs to the store; `killedAfter` ends it the hard way. `strace` is told to inject a
    /// failure.
    static func run(
        _ store: String, _ count: Int, killedAfter: Double? = nil, inject: String? = nil,
        environment: [String: String] = [:]
    ) throws -> Probe {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: inject == nil ? path : "/usr/bin/strace")
        let arguments = [store, String(count)]
        process.arguments =
            inject.map {
                ["-f", "-qq", "-o", "/dev/null", "-e", "trace=\($0.prefix { $0 != ":" })", "-e", "inject=\($0)", path]
                    + arguments
            }
            ?? arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        if let killedAfter {
            Thread.sleep(forTimeInterval: killedAfter)
            kill(process.processIdentifier, SIGKILL)
        }
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
        let signalled = process.terminationReason == .uncaughtSignal
        return Probe(
            code: signalled ? 0 : process.terminationStatus, signal: signalled ? process.terminationStatus : nil,
            done: lines.filter { $0.hasPrefix("done ") }.count, lines: lines)
    }

    static func shell(_ program: String, _ arguments: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
