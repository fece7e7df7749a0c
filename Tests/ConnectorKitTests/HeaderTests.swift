import Foundation
import TestSupport
import Testing

/// The interface is frozen: what was compiled against 1.0 stays right.
struct HeaderTests {
    static let dialects = ["c99", "c11", "c17", "c++11"]
    static let compilers = ["gcc", "clang"].filter(Compiler.isThere)

    @Test("the header compiles everywhere without a warning", arguments: compilers, dialects)
    func compiles(compiler: String, dialect: String) throws {
        try Fixture.run { fixture in
            let folder = try fixture.temporaryDirectory()
            let isPlus = dialect.hasPrefix("c++")
            let names = ["rollcall_connector.h", "rollcall_network.h", Compiler.root + "/abi/1.0.h"]
            let program =
                names.map { "#include \"\($0)\"" }.joined(separator: "\n") + "\nint main(void) { return 0; }\n"
            let source = try fixture.file(folder + (isPlus ? "/x.cpp" : "/x.c"), program)
            let output = try Compiler.run([
                compiler, "-x", isPlus ? "c++" : "c", "-std=\(dialect)", "-Wall", "-Wextra", "-pedantic", "-Werror",
                "-fsyntax-only", "-I\(Compiler.include)", source,
            ])
            #expect(output.status == 0, "\(output.text)")
        }
    }

    @Test("offsets, sizes and constants are those of 1.0", arguments: ["rollcall_connector.h", "1.0.h"])
    func layout(header: String) throws {
        try Fixture.run { fixture in
            let program = try fixture.temporaryDirectory() + "/layout"
            let built = try Compiler.run([
                "cc", "-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror", "-DHEADER=\"\(header)\"",
                "-I\(Compiler.include)", "-I\(Compiler.root)/abi", "-o", program, Compiler.root + "/abi/layout.c",
            ])
            #expect(built.status == 0, "\(built.text)")
            let golden = try String(contentsOfFile: Compiler.root + "/abi/layout-1.0.txt", encoding: .utf8)
            #expect(try Compiler.run([program]).text == golden)
        }
    }

    @Test("the frozen header is the shipped one, as long as 1.0 is the newest")
    func frozen() throws {
        let shipped = try String(contentsOfFile: Compiler.include + "/rollcall_connector.h", encoding: .utf8)
        let frozen = try String(contentsOfFile: Compiler.root + "/abi/1.0.h", encoding: .utf8)
        if shipped.contains("#define ROLLCALL_ABI 0x00010000u") { #expect(shipped == frozen) }
    }

    @Test("the template compiles without a warning and exports one symbol", arguments: compilers)
    func template(compiler: String) throws {
        try Fixture.run { fixture in
            let library = try fixture.temporaryDirectory() + "/template.so"
            let built = try Compiler.run([
                compiler, "-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror", "-fPIC", "-shared",
                "-fvisibility=hidden", "-I\(Compiler.include)", "-o", library,
                Compiler.root + "/Plugins/Template-C/template.c",
            ])
            #expect(built.status == 0, "\(built.text)")
            #expect(try Compiler.exports(library) == ["rollcall_connector_v1"])
        }
    }

    @Test("a Swift connector exports one symbol and needs no Swift library")
    func swiftExport() throws {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        let library = [folder, Compiler.root + "/.build/debug"].map { $0 + "/librollcall-generic.so" }
            .first { FileManager.default.fileExists(atPath: $0) }
        guard let library else { return }
        #expect(try Compiler.exports(library) == ["rollcall_connector_v1"])
        let needed = try Compiler.run(["readelf", "-d", library]).text
        #expect(!needed.contains("libswift") && !needed.contains("libFoundation"))
        #expect(!needed.contains("RUNPATH") || needed.contains("[$ORIGIN]"))
    }
}
