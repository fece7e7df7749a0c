internal import RollcallConnectors
internal import RollcallCore
internal import RollcallGateway
internal import RollcallStore
internal import RollcallSync

/// Errors of the other modules, as a person is told of them.
enum FailureMapping {
    static func failure(_ error: any Error) -> Failure {
        switch error {
        case let failure as Failure: failure
        case let error as StoreError: store(error)
        case let failure as ConnectorFailure: connector(failure)
        case let failure as SyncFailure: sync(failure)
        case let failure as ExportFailure:
            Failure(.failed, failure.message, hint: failure.hint, exitCode: failure.isDisk ? 74 : 1)
        case let flaw as AddressFlaw: Failure(.usage, sentence("\(flaw)"))
        default: Failure(.failed, "Something went wrong that nobody thought of: \(error).", hint: "This is a defect.")
        }
    }

    private static func connector(_ failure: ConnectorFailure) -> Failure {
        if let cause = failure.cause { return self.failure(cause) }
        return Failure(failure.problem, hint: failure.hint)
    }

    private static func sync(_ failure: SyncFailure) -> Failure {
        let kind: Failure.Class =
            switch failure.kind {
            case .notFound: .notFound
            case .busy: .busy
            case .notAllowed: .failed
            case .badValue: .badSettings
            case .problem: failure.problem.flatMap { Failure.Class(rawValue: $0.class.rawValue) } ?? .failed
            }
        return Failure(
            kind, failure.message, hint: failure.hint, field: failure.field, exitCode: failure.exitCode)
    }

    private static func store(_ error: StoreError) -> Failure {
        let kind: Failure.Class =
            switch error.kind {
            case .locked: .unavailable
            case .taken: .exists
            case .usage, .newerSchema, .missing, .permission: .configuration
            case .full, .io, .corrupt, .sealed, .other: .store
            }
        return Failure(
            kind, sentence(error.message), hint: error.hint.isEmpty ? nil : sentence(error.hint),
            exitCode: error.exitCode)
    }

    /// The store speaks in clauses; a person reads sentences.
    static func sentence(_ text: String) -> String {
        guard let first = text.first else { return text }
        let capital = first.uppercased() + text.dropFirst()
        return text.hasSuffix(".") || text.hasSuffix("?") || text.hasSuffix("`") ? capital : capital + "."
    }
}
