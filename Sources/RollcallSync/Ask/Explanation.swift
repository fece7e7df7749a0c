package import RollcallCore

/// Why an address is accepted or not: the JSON of `explain` (cli.md).
package struct Explanation: Codable, Sendable, Equatable {
    package enum Why: String, Codable, Sendable {
        case grace, excluded, foreign, clash, disabled, deleted, invalid, unknown
    }

    package struct Since: Codable, Sendable, Equatable {
        package var run: String
        package var at: Timestamp
    }

    package var address: String
    package var accepted: Bool
    /// `account`, `alias` or `list`.
    package var `as`: String?
    /// The entry's primary address.
    package var account: String?
    package var domain: String?
    package var owner: String?
    package var objectId: String?
    /// How the directory names the place.
    package var `where`: String?
    package var because: String?
    package var since: Since?
    /// Other objects that claim it, in a sentence each.
    package var clashes: [String]?
    package var why: Why?
    package var detail: String?

    package init(address: String, accepted: Bool) {
        self.address = address
        self.accepted = accepted
    }

    static func no(_ address: String, _ why: Why, _ detail: String, domain: String? = nil) -> Explanation {
        var answer = Explanation(address: address, accepted: false)
        answer.why = why
        answer.detail = detail
        answer.domain = domain
        return answer
    }
}
