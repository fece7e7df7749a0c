#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `rollcall connector new`: a folder with a connector that builds, passes the kit and reads a file of people; its
/// author goes on from there.
package enum Scaffold {
    package enum Language: String, Sendable, CaseIterable { case c, swift }

    package struct Flaw: Error, Sendable, CustomStringConvertible {
        package let description: String
        package let hint: String
    }

    /// Writes `name` beneath `folder`. The name is the connector's id, `org.example.hr`; its last part names the files.
    ///
    /// - Parameter include: Where rollcall_connector.h is, for the build file.
    /// - Returns: The paths of the files that were made.
    package static func make(
        _ language: Language, name: String, in folder: String, include: String
    ) throws(Flaw) -> [String] {
        guard Manifest.isIdentifier(name) else {
            throw Flaw(
                description: "\(name) cannot be the id of a connector.",
                hint: "Use letters, digits, dots, - and _, such as org.example.hr.")
        }
        let target = folder + "/" + name
        guard !FileManager.default.fileExists(atPath: target) else {
            throw Flaw(description: "\(target) is there already.", hint: "Choose another name, or remove it first.")
        }
        let values = [
            "ID": name, "STEM": stem(name), "TYPE": typeName(name), "INCLUDE": include, "TITLE": title(name),
            "USE": "import",
        ]
        let files = language == .c ? CTemplate.files : SwiftTemplate.files
        var made: [String] = []
        do {
            for (path, text) in files {
                let place = target + "/" + fill(path, values)
                try FileManager.default.createDirectory(
                    atPath: Sandbox.folder(of: place), withIntermediateDirectories: true)
                try Data(fill(text, values).utf8).write(to: URL(fileURLWithPath: place))
                made.append(place)
            }
        } catch {
            throw Flaw(
                description: "\(target) could not be written: \(error).", hint: "Look at the folder's permissions.")
        }
        return made
    }

    /// Puts values in the places that are marked `@NAME@`.
    private static func fill(_ text: String, _ values: [String: String]) -> String {
        var out = text
        for (key, value) in values {
            out = out.split(separator: "@\(key)@", omittingEmptySubsequences: false).joined(separator: value)
        }
        return out
    }

    /// The last part of the id, as a C identifier.
    private static func stem(_ name: String) -> String {
        let last = name.split(separator: ".").last.map(String.init) ?? name
        let letters = last.utf8.map { isWord($0) ? $0 : UInt8(ascii: "_") }
        let word = String(decoding: letters, as: UTF8.self).lowercased()
        return word.utf8.first.map { $0 >= 0x30 && $0 <= 0x39 } ?? true ? "connector_" + word : word
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F
    }

    private static func typeName(_ name: String) -> String {
        stem(name).split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() + "Directory"
    }

    private static func title(_ name: String) -> String {
        let word = stem(name)
        return word.prefix(1).uppercased() + word.dropFirst()
    }
}
