import Foundation
import TestSupport
import Testing

/// The journey in a real browser: what no test of bytes can see.
@Suite("In Chromium", .serialized)
struct BrowserTests {
    static let tools = ["/usr/bin/chromium", "/usr/bin/chromedriver", "/usr/bin/python3"]

    /// axe.min.js, which `make test` fetches; without it the journey is walked all the same.
    static var axe: [String] {
        let path = "\(Products.root)/.build-run/web-tools/axe.min.js"
        return FileManager.default.fileExists(atPath: path) ? [path] : []
    }

    @Test(
        "the whole journey works with and without script, in light and dark, at 320 px, and nothing hostile runs",
        .enabled(if: tools.allSatisfy { FileManager.default.fileExists(atPath: $0) }))
    func journey() throws {
        try Products.run(
            "timeout",
            [
                "-k", "5", "420", "python3", "-B", "\(Products.root)/Tests/RollcallWebTests/Browser/journey.py",
                Products.rollcall,
                "\(Products.folder)/librollcall-generic.so", "\(Products.root)/Plugins/Generic/generic.json",
                "\(Products.root)/.build-run/pictures",
            ] + Self.axe)
    }

    private func walk(_ script: String, _ id: String, _ plugin: String, _ more: String...) throws {
        try Products.run(
            "timeout",
            [
                "-k", "5", "300", "python3", "-B", "\(Products.root)/Tests/RollcallWebTests/Browser/\(script)",
                Products.rollcall, "\(Products.folder)/librollcall-\(id).so",
                "\(Products.root)/Plugins/\(plugin)/\(id).json",
            ] + more + ["\(Products.root)/.build-run/pictures"])
    }

    @Test(
        "consent goes to the sign-in of another site and comes back, granted or refused, with script and without",
        .enabled(if: tools.allSatisfy { FileManager.default.fileExists(atPath: $0) }))
    func consent() throws {
        try walk("consent.py", "o365", "O365", "\(Products.root)/Tests/GraphSimulator/simulator.py")
    }

    @Test(
        "the journey can be gone by keyboard alone, and the focus is always seen and never lost",
        .enabled(if: tools.allSatisfy { FileManager.default.fileExists(atPath: $0) }))
    func keyboard() throws { try walk("keyboard.py", "generic", "Generic") }

    static let schemathesis = "\(Products.root)/.build-run/web-tools/venv/bin/schemathesis"

    @Test(
        "whatever is sent to the API, it answers as its document says",
        .enabled(if: FileManager.default.isExecutableFile(atPath: schemathesis)))
    func attack() throws {
        try Products.run(
            "timeout",
            [
                "-k", "5", "420", "python3", "-B", "\(Products.root)/Tests/RollcallWebTests/Browser/attack.py",
                Products.rollcall,
                "\(Products.folder)/librollcall-generic.so", "\(Products.root)/Plugins/Generic/generic.json",
                Self.schemathesis,
            ])
    }
}
