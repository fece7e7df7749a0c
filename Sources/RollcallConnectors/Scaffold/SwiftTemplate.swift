/// The files of a new connector in Swift, over ConnectorKit: a package of its own, whose library carries its own runtime.
/// Its imports are written `@USE@`, for they are not this module's.
enum SwiftTemplate {
    static let files: [(String, String)] = [
        ("Package.swift", package), ("Sources/@STEM@/@TYPE@.swift", source), ("Sources/@STEM@/Entry.swift", entry),
        ("@ID@.json", manifest), ("exports.map", exports), ("Makefile", makefile), ("people.txt", CTemplate.people),
        ("README.md", readme),
    ]

    static let package = #"""
        // swift-tools-version: 6.2
        @USE@ PackageDescription

        // ROLLCALL: the source tree of Rollcall, for ConnectorKit.
        let rollcall = Context.environment["ROLLCALL"] ?? "../rollcall"

        let package = Package(
            name: "@STEM@",
            products: [.library(name: "rollcall-@STEM@", type: .dynamic, targets: ["@STEM@"])],
            dependencies: [.package(name: "rollcall", path: rollcall)],
            targets: [
                .target(
                    name: "@STEM@", dependencies: [.product(name: "ConnectorKit", package: "rollcall")],
                    // One exported symbol and a Swift runtime of its own: nothing of it meets the host's.
                    linkerSettings: [
                        .unsafeFlags([
                            "-static-stdlib",
                            "-Xlinker", "--version-script=\(Context.packageDirectory)/exports.map",
                            "-Xlinker", "--gc-sections",
                            "-Xlinker", "-z", "-Xlinker", "nodelete",
                        ])
                    ])
            ])

        """#

    static let source = #"""
        /// People from a file of "id,mail,display name" lines. Keep the id for ever: it is what the sources that people
        /// set up are tied to.

        @USE@ ConnectorKit

        #if canImport(Glibc)
            @USE@ Glibc
        #endif

        final class @TYPE@: Connector {
            static let id = "@ID@"
            static let version = "1.0.0"
            static let tab = """
                {"tab": 1, "title": "@TITLE@ Sync", "sections": [{"id": "file", "label": "File", "fields": [
                    {"id": "path", "type": "path", "label": "Path", "required": true}]}]}
                """

            private let path: String

            init(settings: Pairs, host: Host) throws(Stop) { path = settings.text("path") }

            func call(_ method: String, arguments: Pairs, host: Host) throws(Stop) {
                guard method == "check" else { throw .unsupported }
                try host.answer("people", String(lines().count))
            }

            /// To return is to say that everything was read: whatever is not emitted is deleted from the address book.
            func sync(_ request: SyncRequest, host: Host) throws(Stop) {
                guard request.mode == .full else { throw .unsupported }
                let emitter = Emitter(host)
                for fields in try lines() {
                    guard fields.count >= 2 else {
                        throw .failed("A line has no id or no address.")
                    }
                    try emitter.begin(.put, .user, id: emitter.copying(fields[0]))
                    emitter.add(.mail, fields[1])
                    if fields.count > 2 { emitter.add(.displayName, fields[2]) }
                }
                try emitter.flush()
            }

            private func lines() throws(Stop) -> [[String]] {
                guard let file = fopen(path, "r") else {
                    throw .badSettings("path", "The file cannot be opened.", detail: path)
                }
                defer { fclose(file) }
                var lines: [[String]] = []
                var line: UnsafeMutablePointer<CChar>?
                var room = 0
                defer { free(line) }
                while getline(&line, &room, file) > 0, let line {
                    let text = String(cString: line)
                    let fields = text.split(whereSeparator: \.isNewline).first?.split(separator: ",").map(String.init)
                    if let fields { lines.append(fields) }
                }
                guard ferror(file) == 0 else { throw .unavailable("The file could not be read to its end.") }
                return lines
            }
        }

        """#

    static let entry = #"""
        /// The one symbol of the library.

        @USE@ ConnectorKit
        public @USE@ CRollcall

        @c @implementation
        public func rollcall_connector_v1(
            _ host: UnsafePointer<rollcall_host>!, _ index: UInt32
        ) -> UnsafePointer<rollcall_connector>! {
            Export.connector([@TYPE@.self], host, index)
        }

        """#

    static let manifest = CTemplate.manifest

    static let exports = #"""
        { global: rollcall_connector_v1; local: *; };

        """#

    static let makefile = #"""
        # ROLLCALL: the source tree of Rollcall, for ConnectorKit.
        ROLLCALL ?= ../rollcall
        COMMAND ?= rollcall

        @ID@.so: $(wildcard Sources/@STEM@/*.swift) Package.swift exports.map
        	ROLLCALL=$(ROLLCALL) swift build -c release --product rollcall-@STEM@
        	cp "$$(ROLLCALL=$(ROLLCALL) swift build -c release --show-bin-path)/librollcall-@STEM@.so" $@

        check: @ID@.so
        	$(COMMAND) connector check $(CURDIR)/@ID@.so --set path=$(CURDIR)/people.txt

        try: @ID@.so
        	$(COMMAND) connector try $(CURDIR)/@ID@.so --set path=$(CURDIR)/people.txt

        .PHONY: check try

        """#

    static let readme = #"""
        # @TITLE@: a connector for Rollcall

        `make ROLLCALL=/where/its/sources/are` builds the library, `make check` runs Rollcall's conformance kit on it,
        `make try` reads the sample file and prints each record as a line of JSON. To use it, put `@ID@.so` and
        `@ID@.json` into a directory of `connectors.path`; `rollcall connector list` shows it then.

        """#
}
