import Foundation
import TestSupport
import Testing

/// The unit and the Debian package, as far as a machine without them can tell.
@Suite("The package")
struct PackageTests {
    static let isRoot = getuid() == 0 && has("unshare") && has("dpkg-deb")

    static func has(_ program: String) -> Bool {
        ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
        }
    }

    private func sh(_ fixture: Fixture, _ script: String, _ words: String...) throws -> Installation.Result {
        let environment = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "LANG"].contains($0.key) }
        return try Running("/bin/sh", ["-c", script, "sh"] + words, environment: environment, input: "", fixture).wait()
    }

    @Test("systemd finds the unit less exposed than 2.0", .enabled(if: has("systemd-analyze")))
    func exposure() throws {
        let fixture = Fixture()
        let folder = try fixture.temporaryDirectory()
        let result = try sh(
            fixture,
            """
            sed 's#@PREFIX@#/usr#' "$1/conf/rollcall.service" > "$2/rollcall.service"
            systemd-analyze security --offline=true --threshold=19 --no-pager "$2/rollcall.service"
            """, Installation.repository, folder)
        #expect(result.exitCode == 0, "\(result.output.suffix(300))\(result.errors)")
    }

    @Test(
        "a sync goes through under the unit's own filter of system calls, its workers' sandbox included",
        .enabled(if: has("systemd-analyze") && has("python3")))
    func filter() throws {
        let rollcall = try Installation()
        try rollcall.domain(people: 30)
        let result = try sh(
            rollcall.fixture,
            "exec python3 -B \"$1/Tests/EndToEndTests/unit-filter.py\" \"$1/conf/rollcall.service\" \"$2\" sync run example.com --json",
            Installation.repository, rollcall.folder + "/bin/rollcall")
        #expect(result.text("outcome") == "applied", "\(result.output)\(result.errors)")
    }

    @Test(
        "in a fresh Debian it installs, works, upgrades, goes and is purged", .enabled(if: isRoot && has("mmdebstrap")))
    func life() throws {
        let fixture = Fixture()
        let built = Installation.products
        let result = try sh(
            fixture, "exec unshare -m \"$1/Tests/EndToEndTests/package.sh\" \"$2\" \"$1/.build-run/chroot\"",
            Installation.repository, built)
        for seen in ["rollcall status works", "dashboard answers", "upgrade keeps data", "purge removes it"] {
            #expect(result.output.contains(seen), "\(result.output)\(result.errors)")
        }
        #expect(result.exitCode == 0)
    }
}
