package import RollcallCore

/// What was left of a worker that died or had to be ended: for the incident page and support, redacted.
package struct Incident: Sendable, Codable, Equatable {
    /// `SIGSEGV`, or `nil` where no signal ended it.
    package var signal: String?
    package var exitCode: Int32?
    package var connector: String
    package var version: String
    package var sha256: String
    /// The last lines of its log.
    package var log: [String]
    /// The last 64 KiB that it wrote to standard error.
    package var errorOutput: String
}

/// Why a job of a connector came to nothing, in a sentence that names the connector.
package struct ConnectorFailure: Error, Sendable, CustomStringConvertible {
    package var problem: Problem
    package var hint: String?
    package var incident: Incident?
    /// What the observer threw, where that is what ended the job: a store that is full is not the connector's fault.
    package var cause: (any Error)?

    package init(
        _ problem: Problem, hint: String? = nil, incident: Incident? = nil, cause: (any Error)? = nil
    ) {
        self.problem = problem
        self.hint = hint
        self.incident = incident
        self.cause = cause
    }

    package var description: String { problem.text }
}
