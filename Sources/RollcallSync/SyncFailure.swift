package import RollcallCore

/// Why something could not be done at all, so that there is no run to speak of: one sentence, and a hint how to go on.
package struct SyncFailure: Error, Sendable, CustomStringConvertible {
    package enum Kind: String, Sendable {
        case notFound, busy, notAllowed, badValue, problem
    }

    package var kind: Kind
    package var message: String
    package var hint: String?
    package var field: String?
    /// What a connector said, where it was one.
    package var problem: Problem?

    package init(_ kind: Kind, _ message: String, hint: String? = nil, field: String? = nil) {
        self.kind = kind
        self.message = message
        self.hint = hint
        self.field = field
    }

    package init(_ problem: Problem, hint: String? = nil) {
        self.init(.problem, problem.text, hint: hint, field: problem.field)
        self.problem = problem
    }

    package var exitCode: Int32 {
        switch kind {
        case .notFound, .notAllowed: 1
        case .busy: 6
        case .badValue: 4
        case .problem: problem?.class.exitCode ?? 1
        }
    }

    package var description: String { message }
}
