internal import RollcallCore

/// What a command answers when it cannot do what was asked: one sentence with what was being done and to what, a hint
/// how to mend it, and the exit code that scripts act on. Every error of every module becomes one of these before it
/// reaches a person.
struct Failure: Error, Sendable, Equatable {
    /// The class in the JSON of an error. The first eight are those of a run's problem.
    enum Class: String, Sendable, CaseIterable {
        case badSettings, needConsent, denied, unavailable, failed, crashed, hung, limit
        case busy, notFound, exists, confirm, usage, configuration, store, cancelled
    }

    var `class`: Class
    var message: String
    var hint: String?
    var field: String?
    var exitCode: Int32

    init(
        _ class: Class, _ message: String, hint: String? = nil, field: String? = nil, exitCode: Int32? = nil
    ) {
        self.class = `class`
        self.message = message
        self.hint = hint
        self.field = field
        self.exitCode = exitCode ?? Self.exitCode(of: `class`)
    }

    init(_ problem: Problem, hint: String? = nil) {
        self.init(
            Class(rawValue: problem.class.rawValue) ?? .failed, problem.text, hint: hint ?? problem.detail,
            field: problem.field, exitCode: problem.class.exitCode)
    }

    private static func exitCode(of class: Class) -> Int32 {
        switch `class` {
        case .badSettings, .needConsent, .denied: 4
        case .unavailable: 5
        case .busy: 6
        case .usage, .confirm: 64
        case .configuration: 78
        case .failed, .crashed, .hung, .limit, .notFound, .exists, .store, .cancelled: 1
        }
    }
}

/// The JSON of an error (cli.md): all four keys, always.
struct FailureDocument: Encodable {
    let failure: Failure

    enum CodingKeys: String, CodingKey { case error }
    enum ErrorKeys: String, CodingKey { case `class`, message, hint, field }

    func encode(to encoder: any Encoder) throws {
        var outer = encoder.container(keyedBy: CodingKeys.self)
        var error = outer.nestedContainer(keyedBy: ErrorKeys.self, forKey: .error)
        try error.encode(failure.class.rawValue, forKey: .class)
        try error.encode(failure.message, forKey: .message)
        try error.encode(failure.hint, forKey: .hint)
        try error.encode(failure.field, forKey: .field)
    }
}
