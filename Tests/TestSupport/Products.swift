internal import Foundation

/// What the build made beside the tests: the program, the connectors, and the sources that tests compile themselves.
package enum Products {
    /// The folder of the built products: that of the test bundle.
    package static let folder: String = {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().path
    }()

    package static var rollcall: String { "\(folder)/rollcall" }

    /// The checkout's root.
    package static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// Compiles a C connector of Tests/Connectors into `folder` as `ID.so`.
    package static func compileConnector(_ source: String, to library: String) throws {
        try run(
            "cc",
            [
                "-std=c11", "-O1", "-fPIC", "-shared", "-fvisibility=hidden", "-I\(root)/Sources/CRollcall/include",
                "-o", library, "\(root)/Tests/Connectors/\(source)",
            ])
    }

    /// Runs a program of the system and fails unless it ends well.
    package static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let output = Pipe()
        process.standardError = output
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: "\(program): \(text)") }
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
        package init(description: String) { self.description = description }
    }
}
