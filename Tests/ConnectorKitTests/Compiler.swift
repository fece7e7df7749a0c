/// C compilers and tools, for tests of what a C program sees of the interface.

internal import Foundation
internal import TestSupport

enum Compiler {
    static var root: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }

    static var include: String { root + "/Sources/CRollcall/include" }

    struct Output {
        var status: Int32
        var text: String
    }

    /// Runs a program of the search path to its end.
    static func run(_ words: [String]) throws -> Output {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Output(status: process.terminationStatus, text: String(decoding: data, as: UTF8.self))
    }

    static func isThere(_ program: String) -> Bool { (try? run(["which", program]))?.status == 0 }

    /// The lines of `nm -D` that are exported.
    static func exports(_ library: String) throws -> [String] {
        try run(["nm", "-D", "--defined-only", library]).text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 3, let kind = words[1].first, kind.isUppercase || kind == "i" else { return nil }
            return String(words[2])
        }
    }
}
