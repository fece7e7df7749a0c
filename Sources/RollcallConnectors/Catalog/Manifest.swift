internal import RollcallCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The manifest beside a library: read and shown before any of its code runs.
struct Manifest: Sendable {
    static let mostBytes = 128 << 10
    static let keys = [
        "id", "name", "version", "publisher", "licence", "abi", "library", "sha256", "needs", "ports", "consentHosts",
        "tab",
    ]

    struct Flaw: Error { let text: String }

    var id: String
    var name: String?
    var version: String?
    var publisher: String?
    var licence: String?
    var abi: String?
    /// A file name in the manifest's own directory.
    var library: String?
    var sha256: String?
    var needs: [String] = []
    var ports: [UInt16]?
    var consentHosts: [String] = []
    var tab: JSONTree?
    /// Keys that this host does not know.
    var unknown: [String] = []

    init(_ bytes: [UInt8]) throws(Flaw) {
        let tree: JSONTree
        do { tree = try JSONDecoder().decode(JSONTree.self, from: Data(bytes)) } catch {
            throw Flaw(text: "The manifest is not JSON.")
        }
        guard let object = tree.object else { throw Flaw(text: "The manifest is not a JSON object.") }
        func text(_ key: String) throws(Flaw) -> String? {
            guard let value = object[key], value != .null else { return nil }
            guard let text = value.setting, value.array == nil, text.utf8.count <= 1000 else {
                throw Flaw(text: "The manifest's \(key) is not text.")
            }
            return text.isEmpty ? nil : text
        }
        guard let id = try text("id"), Self.isIdentifier(id) else {
            throw Flaw(text: "The manifest has no id of letters, digits, dots, - and _.")
        }
        self.id = id
        name = try text("name")
        version = try text("version")
        publisher = try text("publisher")
        licence = try text("licence")
        abi = try text("abi")
        library = try text("library")
        sha256 = try text("sha256")?.lowercased()
        needs = try Self.words(object["needs"], "needs")
        consentHosts = try Self.words(object["consentHosts"], "consentHosts").map { $0.lowercased() }
        // An empty list says no more than none: what a URL in the settings names cannot be known beforehand.
        if let given = object["ports"], given != .null, given != .array([]) {
            ports = try Self.words(given, "ports").map { text throws(Flaw) in
                guard let port = UInt16(text), port > 0 else {
                    throw Flaw(text: "The manifest's ports has \(text), which is no port.")
                }
                return port
            }
        }
        tab = object["tab"].flatMap { $0 == .null ? nil : $0 }
        unknown = object.keys.filter { !Self.keys.contains($0) }.sorted()
        if let library, library.utf8.contains(UInt8(ascii: "/")) || library.hasPrefix(".") || library.isEmpty {
            throw Flaw(text: "The manifest's library is not a plain file name: \(library).")
        }
    }

    private static func words(_ tree: JSONTree?, _ key: String) throws(Flaw) -> [String] {
        guard let tree, tree != .null else { return [] }
        guard let list = tree.array else { throw Flaw(text: "The manifest's \(key) is not a list.") }
        let words = list.compactMap(\.setting)
        guard words.count == list.count, words.count <= 1000 else {
            throw Flaw(text: "The manifest's \(key) is not a list of plain values.")
        }
        return words
    }

    static func isIdentifier(_ id: String) -> Bool {
        !id.isEmpty && id.utf8.count <= 100 && id.utf8.first != UInt8(ascii: ".")
            && id.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
                    || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
            }
    }
}
