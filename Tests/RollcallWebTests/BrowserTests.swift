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
