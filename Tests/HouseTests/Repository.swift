import Foundation

/// The repository's files, as the tests of the house read them.
enum Repository {
    static let root: URL = {
        var folder = URL(filePath: #filePath)
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path)
        {
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    struct File: Sendable {
        let path: String
        let text: String
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    static func swiftFiles(_ folders: String...) throws -> [File] {
        try folders.flatMap { folder -> [File] in
            let base = root.appending(path: folder)
            let names = try FileManager.default.subpathsOfDirectory(atPath: base.path)
            return try names.filter { $0.hasSuffix(".swift") }.sorted().map { name in
                File(
                    path: folder + "/" + name, text: try String(contentsOf: base.appending(path: name), encoding: .utf8)
                )
            }
        }
    }
}
