/// Runs the tools that belong to a server, and waits for what they say.
package import Foundation
internal import Glibc

package enum Shell {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
        package init(description: String) { self.description = description }
    }

    /// Runs to the end; its output, if it ended well. Output goes to a file: daemons keep a pipe open.
    @discardableResult
    package static func run(
        _ words: [String], input: String = "", environment: [String: String] = [:], allows codes: Set<Int32> = [0]
    ) throws -> String {
        let folder = "\(NSTemporaryDirectory())/rollcall-shell.\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["out", "in"] { FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: nil) }
        try Data(input.utf8).write(to: URL(fileURLWithPath: "\(folder)/in"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        var all = ProcessInfo.processInfo.environment
        all["PATH"] = (all["PATH"] ?? "/usr/bin:/bin") + ":/usr/sbin:/sbin"
        all["LDAPNOINIT"] = "1"
        for (name, value) in environment { all[name] = value }
        process.environment = all
        let output = FileHandle(forWritingAtPath: "\(folder)/out")
        process.standardInput = FileHandle(forReadingAtPath: "\(folder)/in")
        process.standardOutput = output
        process.standardError = output
        try process.run()
        process.waitUntilExit()
        let text = (try? String(contentsOfFile: "\(folder)/out", encoding: .utf8)) ?? ""
        guard codes.contains(process.terminationStatus) else {
            throw Failure(
                description: "\(words.joined(separator: " ")): \(process.terminationStatus)\n\(text.suffix(2000))")
        }
        return text
    }

    package static func isInstalled(_ program: String) -> Bool {
        ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].contains { access("\($0)/\(program)", X_OK) == 0 }
    }

    /// Waits until `body` is true, at most so long.
    package static func wait(seconds: Double, for what: String, _ body: () -> Bool) throws {
        let end = Date().addingTimeInterval(seconds)
        while !body() {
            if Date() > end { throw Failure(description: "\(what) did not come within \(seconds) s") }
            usleep(20_000)
        }
    }

    /// A port of the loopback that is free now.
    package static func freePort() -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard bind(descriptor, pointer, size) == 0, getsockname(descriptor, pointer, &size) == 0 else {
                    return 0
                }
                return Int(UInt16(bigEndian: UnsafeRawPointer(pointer).load(as: sockaddr_in.self).sin_port))
            }
        }
    }

    /// Starts a server that stays in the foreground.
    package static func start(_ words: [String], log: String = "/dev/null") throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        process.standardInput = FileHandle(forReadingAtPath: "/dev/null")
        process.standardOutput = FileHandle(forWritingAtPath: log)
        process.standardError = FileHandle(forWritingAtPath: log)
        try process.run()
        return process
    }

    /// Ends it, and waits for its end.
    package static func stop(_ process: Process) {
        kill(process.processIdentifier, SIGTERM)
        for _ in 0..<250 where process.isRunning { usleep(20_000) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }
}
