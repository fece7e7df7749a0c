internal import RollcallCore

/// Errors of the other modules, as a person is told of them.
enum FailureMapping {
    static func failure(_ error: any Error) -> Failure {
        switch error {
        case let failure as Failure: failure
        default: Failure(.failed, "Something went wrong that nobody thought of: \(error).", hint: "This is a defect.")
        }
    }
}
