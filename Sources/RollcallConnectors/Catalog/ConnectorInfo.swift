package import RollcallCore

/// A connector as the catalog found it: what its manifest and its table say, and whether it may be used.
package struct ConnectorInfo: Sendable, Codable, Equatable {
    package enum State: String, Sendable, Codable {
        case ready
        /// Crashed too often; its settings are kept.
        case quarantined
        /// The file is there, but the policy does not let it be loaded.
        case untrusted
        /// Cannot be loaded, or its parts contradict each other.
        case broken
        /// Another one with the same id was found first.
        case doubled
    }

    package struct Flags: OptionSet, Sendable, Codable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        package static let deltas = Flags(rawValue: 1)
        package static let resumes = Flags(rawValue: 2)
        package static let probes = Flags(rawValue: 4)
    }

    package var id: String
    package var name: String
    package var version: String
    package var publisher: String?
    package var licence: String?
    /// As `1.0`.
    package var abi: String?
    /// The path of the shared library.
    package var library: String
    package var sha256: String
    /// `exec`, `listen`.
    package var needs: [String]
    /// `nil`: any.
    package var ports: [UInt16]?
    package var consentHosts: [String]
    package var flags: Flags
    package var settingsVersion: UInt32
    package var tab: TabDocument?
    package var state: State
    /// Why it is not ready, as a sentence with a way out.
    package var reason: String?

    package init(id: String, library: String) {
        self.id = id
        name = id
        version = ""
        self.library = library
        sha256 = ""
        needs = []
        consentHosts = []
        flags = []
        settingsVersion = 0
        state = .ready
    }
}
