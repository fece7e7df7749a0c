/// One result of the conformance kit, as a line for people and a row for CI.
package struct CheckResult: Sendable, Codable, Equatable {
    package enum Verdict: String, Sendable, Codable, CaseIterable {
        case pass, warn, fail, crashed, timedOut

        /// Whether the connector conforms all the same.
        package var isGood: Bool { self == .pass || self == .warn }
    }

    /// `sync.cancel`, `static.exports`: the group and the name.
    package var test: String
    package var verdict: Verdict
    package var text: String

    package init(_ test: String, _ verdict: Verdict, _ text: String) {
        self.test = test
        self.verdict = verdict
        self.text = text
    }
}
