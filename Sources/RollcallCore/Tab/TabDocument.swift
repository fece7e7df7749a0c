#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A Sync tab in the tab language, version 1: what a connector wants to be told, as data. The host draws it, checks
/// values against it and keeps the secrets; no code of the connector runs for any of that.
///
/// Unknown keywords are ignored, an unknown field type is shown as text; both are findings of the lint. Another version
/// of the language is refused.
package struct TabDocument: Sendable, Equatable {
    package static let version = 1
    package static let mostBytes = 64 << 10
    package static let mostFields = 100

    package private(set) var title: String?
    package private(set) var purpose: String?
    package private(set) var docs: String?
    package private(set) var sections: [TabSection]
    package private(set) var consent: TabConsent?
    package private(set) var actions: [TabAction]
    /// By language, then by the id of a section, field or action.
    package private(set) var strings: [String: [String: String]]
    /// What the lint found that does not stop the tab from being used.
    package private(set) var warnings: [TabFlaw]
    /// The document as it came, for whoever draws it.
    package let tree: JSONTree
    private let byId: [String: TabField]

    /// Reads a document. Throws what makes it unusable, all of it.
    package init(_ json: some Sequence<UInt8>) throws(TabRefused) {
        let bytes = Data(json)
        guard bytes.count <= Self.mostBytes else {
            throw TabRefused("The tab is \(bytes.count) bytes long; \(Self.mostBytes) are allowed.")
        }
        let tree: JSONTree
        do {
            tree = try JSONDecoder().decode(JSONTree.self, from: bytes)
        } catch {
            throw TabRefused("The tab is not JSON.")
        }
        try self.init(tree: tree)
    }

    package init(tree: JSONTree) throws(TabRefused) {
        var reader = TabReader()
        let parts = reader.read(tree)
        let errors = reader.flaws.filter { $0.weight == .error }
        guard errors.isEmpty, let parts else { throw TabRefused(flaws: reader.flaws) }
        title = parts.title
        purpose = parts.purpose
        docs = parts.docs
        sections = parts.sections
        consent = parts.consent
        actions = parts.actions
        strings = parts.strings
        warnings = reader.flaws
        self.tree = tree
        byId = Dictionary(parts.sections.flatMap(\.fields).map { ($0.id, $0) }) { first, _ in first }
    }

    /// All findings, without making a document of it.
    package static func lint(_ json: some Sequence<UInt8>) -> [TabFlaw] {
        do throws(TabRefused) {
            return try TabDocument(json).warnings
        } catch {
            return error.flaws
        }
    }

    package var fields: [TabField] { sections.flatMap(\.fields) }

    package func field(_ id: String) -> TabField? { byId[id] }

    package var secretFields: [TabField] { fields.filter(\.isSecret) }

    /// The secrets that must be forgotten when these settings change: those that are sent where such a field says. A
    /// secret that names nothing goes with every host and url of the tab, for a stolen session could otherwise read it
    /// by pointing the form at another server.
    package func secrets(forgottenWhen changed: Set<String>) -> [String] {
        secretFields.filter { secret in
            secret.secretFor.isEmpty
                ? fields.contains { ($0.type == .host || $0.type == .url) && changed.contains($0.id) }
                : secret.secretFor.contains { changed.contains($0) }
        }.map(\.id)
    }
}

extension TabDocument: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(tree: JSONTree(from: decoder))
    }

    package func encode(to encoder: any Encoder) throws { try tree.encode(to: encoder) }
}

/// Why a document cannot be used as a tab.
package struct TabRefused: Error, Sendable, CustomStringConvertible {
    package let flaws: [TabFlaw]

    init(flaws: [TabFlaw]) { self.flaws = flaws }
    init(_ text: String) { flaws = [TabFlaw(weight: .error, text: text)] }

    package var description: String {
        flaws.first { $0.weight == .error }?.text ?? "The tab cannot be used."
    }
}
