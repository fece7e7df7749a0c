internal import RollcallCore
internal import RollcallStore

/// Errors of the other modules, as a person is told of them.
enum FailureMapping {
    static func failure(_ error: any Error) -> Failure {
        switch error {
        case let failure as Failure: failure
        case let error as StoreError: store(error)
        case let flaw as AddressFlaw: Failure(.usage, sentence("\(flaw)"))
        default: Failure(.failed, "Something went wrong that nobody thought of: \(error).", hint: "This is a defect.")
        }
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
