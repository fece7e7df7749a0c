package import RollcallCore

/// How a call ended.
package struct CallResult: Sendable {
    package var status: ConnectorStatus
    package var answers: [(name: String, value: String)]
    /// With `ok`: warnings.
    package var problems: [Problem]
}

/// How a sync ended. `ok` only where the connector said so *and* its process then ended well.
package struct SyncEnd: Sendable {
    package var status: ConnectorStatus
    package var problems: [Problem]

    package init(status: ConnectorStatus, problems: [Problem]) {
        self.status = status
        self.problems = problems
    }
}

package enum SyncMode: UInt32, Sendable {
    case full = 1, delta
}

extension ConnectorStatus {
    /// What a run with this status comes to; `nil` for success, a cancel and the wish for a full sync.
    package var problemClass: ProblemClass? {
        switch self {
        case .ok, .cancelled, .needFull: nil
        case .failed, .unsupported: .failed
        case .badSettings: .badSettings
        case .needConsent: .needConsent
        case .denied: .denied
        case .unavailable: .unavailable
        }
    }
}
