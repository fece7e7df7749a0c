/// What a test makes and must not leave behind: folders, processes, environment. Clean-up runs in the reverse order of
/// its registration (LIFO), so that what was made last, and may stand on what was made before, goes first. It runs when
/// `finish()` is called, else when the fixture goes away; a suite that holds `let fixture = Fixture()` needs neither.
internal import Foundation

package final class Fixture {
    private var cleanups: [() throws -> Void] = []

    package init() {}

    deinit {
        finish()
    }

    /// Registers `cleanup`. One that throws is reported on standard error, and the others still run.
    package func `defer`(_ cleanup: @escaping () throws -> Void) {
        cleanups.append(cleanup)
    }

    /// Runs what is registered, last first, once.
    package func finish() {
        while let cleanup = cleanups.popLast() {
            do {
                try cleanup()
            } catch {
                FileHandle.standardError.write(Data("fixture: a clean-up failed: \(error)\n".utf8))
            }
        }
    }

    /// Gives `body` a fixture that is cleaned up when it ends, however it ends. For tests outside a suite's instance.
    package static func run<T>(_ body: (Fixture) throws -> T) rethrows -> T {
        let fixture = Fixture()
        defer { fixture.finish() }
        return try body(fixture)
    }

    /// A new, empty folder of mode 0700, removed with all that is in it. No slash at the end.
    package func temporaryDirectory(_ name: String = "rollcall-test") throws -> String {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        let path = "\(parent)/\(name).\(String(UInt64.random(in: .min ... .max), radix: 36))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        self.defer {
            if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
        }
        return path
    }

    /// A file of `bytes` at `path`, with the usual mode. The folder that holds it removes it.
    @discardableResult
    package func file(_ path: String, bytes: some Sequence<UInt8>) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// A file of text.
    @discardableResult
    package func file(_ path: String, _ text: String) throws -> String {
        try file(path, bytes: text.utf8)
    }
}
