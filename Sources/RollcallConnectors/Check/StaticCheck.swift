internal import Crypto
internal import Glibc
internal import RollcallCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The tests that run no code: how the library is linked, what its manifest and tab say.
struct StaticCheck {
    private static let entry = "rollcall_connector_v1"
    /// What linkers leave behind.
    private static let leftovers: Set<String> = ["_edata", "_end", "_init", "_fini", "__bss_start", "_ftext"]

    let library: String
    private(set) var results: [CheckResult] = []
    private(set) var manifest: Manifest?

    init(library: String) { self.library = library }

    private mutating func add(_ test: String, _ verdict: CheckResult.Verdict, _ text: String) {
        results.append(CheckResult("static." + test, verdict, text))
    }

    /// `false` where it makes no sense to load the library.
    mutating func run() -> Bool {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: library)) else {
            add("file", .fail, "\(library) cannot be read.")
            return false
        }
        let bytes = [UInt8](data)
        let file: ELFFile
        do throws(ELFFile.Flaw) { file = try ELFFile(bytes) } catch {
            add("file", .fail, error.text)
            return false
        }
        add("file", .pass, "A shared library of \(file.size / 1024) KiB.")
        exports(file)
        linking(file)
        manifest(bytes)
        return file.exports.contains(Self.entry)
    }

    private mutating func exports(_ file: ELFFile) {
        guard file.exports.contains(Self.entry) else {
            add("exports", .fail, "It does not export \(Self.entry).")
            return
        }
        let others = file.exports.filter { $0 != Self.entry && !Self.leftovers.contains($0) }
        if others.isEmpty {
            add("exports", .pass, "It exports \(Self.entry) and nothing else.")
        } else {
            let shown = others.prefix(3).joined(separator: ", ")
            add("exports", .warn, "It exports \(others.count) more symbols (\(shown)…); hide them, they may clash.")
        }
        let foreign = file.imports.filter { $0.hasPrefix("rollcall_") }
        add(
            "imports", foreign.isEmpty ? .pass : .fail,
            foreign.isEmpty
                ? "It needs nothing of the host's." : "It needs \(foreign[0]) of the host, which exports nothing.")
    }

    private mutating func linking(_ file: ELFFile) {
        add(
            "stack", file.hasExecutableStack ? .fail : .pass,
            file.hasExecutableStack ? "It asks for an executable stack." : "Its stack is not executable.")
        add(
            "relocations", file.hasTextRelocations ? .fail : .pass,
            file.hasTextRelocations
                ? "Its code is relocated at load time; compile with -fPIC." : "Its code is not relocated.")
        let outside = file.runPaths.filter { !$0.hasPrefix("$ORIGIN") && !$0.hasPrefix("${ORIGIN}") }
        add(
            "runpath", outside.isEmpty ? .pass : .fail,
            outside.isEmpty
                ? "It looks for libraries beside itself and in the system's directories only."
                : "It looks for libraries in \(outside[0]), which is not its own directory.")
        add("needed", .pass, "It needs \(file.needed.isEmpty ? "no library" : file.needed.joined(separator: ", ")).")
        if !file.glibc.isEmpty {
            let version = file.glibc.map(String.init).joined(separator: ".")
            let isNew = [2, 36].lexicographicallyPrecedes(file.glibc)
            add(
                "glibc", isNew ? .warn : .pass,
                "It asks for glibc \(version)\(isNew ? ", newer than Debian 12 has" : "").")
        }
    }

    private mutating func manifest(_ bytes: [UInt8]) {
        let path = (library.hasSuffix(".so") ? String(library.dropLast(3)) : library) + ".json"
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
            add("manifest", .warn, "There is no manifest \(path); without one the library is not found.")
            return
        }
        do throws(Manifest.Flaw) {
            let manifest = try Manifest([UInt8](data))
            self.manifest = manifest
            let name = library.split(separator: "/").last.map(String.init) ?? library
            if let other = manifest.library, other != name {
                add("manifest", .fail, "The manifest is about \(other), not \(name).")
            } else if let hash = manifest.sha256, hash != Hex.text(SHA256.hash(data: bytes)) {
                add("manifest", .fail, "The manifest's sha256 is that of another file.")
            } else if let key = manifest.unknown.first {
                add("manifest", .warn, "The manifest has the unknown key \(key).")
            } else {
                add("manifest", .pass, "The manifest says it is \(manifest.id).")
            }
            if let tab = manifest.tab { add(tab) }
        } catch {
            add("manifest", .fail, error.text)
        }
    }

    private mutating func add(_ tab: JSONTree) {
        let encoded = (try? JSONEncoder().encode(tab)) ?? Data()
        let flaws = TabDocument.lint([UInt8](encoded))
        if flaws.isEmpty { add("tab", .pass, "The manifest's tab reads well.") }
        for flaw in flaws { add("tab", flaw.weight == .error ? .fail : .warn, flaw.text) }
    }
}
