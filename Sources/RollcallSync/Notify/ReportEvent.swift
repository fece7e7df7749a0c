package import RollcallCore

/// Something that people are told: kept as JSON in the queue, and the body of a webhook's request. Mails are written from
/// it when they are sent.
package struct ReportEvent: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable {
        case applied = "run.applied"
        case unchanged = "run.unchanged"
        case held = "run.held"
        case failed = "run.failed"
        /// Credentials end soon, or have ended.
        case ending = "trust.ending"
        /// There has been no good run for too long.
        case silent = "trust.silent"
        case test
    }

    /// Something that ends: `certificate`, `client secret`, or what a person entered a date for.
    package struct Ending: Codable, Sendable, Equatable {
        package var what: String
        package var at: Timestamp
        /// Whole days left when it was told; below zero: over.
        package var days: Int
    }

    package struct Silence: Codable, Sendable, Equatable {
        package var hours: Int
        package var lastGoodRun: Timestamp?
    }

    package var event: Kind
    /// Unique for the event, whatever tells it how often: what a receiver leaves doubles out by.
    package var id: String
    package var at: Timestamp
    package var domain: String
    package var source: String
    package var run: RunSummary?
    /// The first good run after failures that were told.
    package var recovered = false
    package var ending: Ending?
    package var silence: Silence?

    package var name: String { "\(domain)/\(source)" }

    package init(_ event: Kind, id: String, at: Timestamp, domain: String, source: String) {
        self.event = event
        self.id = id
        self.at = at
        self.domain = domain
        self.source = source
    }
}
