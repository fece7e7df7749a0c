/// Why a run did not succeed, in the classes of the outward contract (cli.md).
package enum ProblemClass: String, Codable, Sendable, CaseIterable {
    /// A person must change the form.
    case badSettings
    /// A person must grant consent, or sign in, again.
    case needConsent
    /// Signed in, but not allowed to read what it takes.
    case denied
    /// Network, throttling, maintenance: may work later.
    case unavailable
    case failed
    case crashed
    case hung
    /// Memory or another limit of the worker.
    case limit

    /// The exit code of a command that ends with this problem.
    package var exitCode: Int32 {
        switch self {
        case .badSettings, .needConsent, .denied: 4
        case .unavailable: 5
        case .failed, .crashed, .hung, .limit: 1
        }
    }
}

/// What a person should read about a failure.
package struct Problem: Codable, Sendable, Equatable {
    package var `class`: ProblemClass
    /// The id of the setting at fault, if one is.
    package var field: String?
    /// One sentence for the tab, the report and the command line.
    package var text: String
    /// For the log and support.
    package var detail: String?

    package init(_ class: ProblemClass, field: String? = nil, text: String, detail: String? = nil) {
        self.class = `class`
        self.field = field
        self.text = text
        self.detail = detail
    }

    enum CodingKeys: String, CodingKey { case `class`, field, text, detail }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(`class`, forKey: .class)
        try container.encode(field, forKey: .field)
        try container.encode(text, forKey: .text)
        try container.encode(detail, forKey: .detail)
    }
}
