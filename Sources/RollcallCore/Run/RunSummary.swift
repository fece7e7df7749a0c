/// One run: who started it, what was read, what was planned and what became of it. Its JSON is the outward contract's
/// "JSON of a run"; the history keeps it in just this form.

package enum RunKind: String, Codable, Sendable { case sync, preview, undo }

package enum RunMode: String, Codable, Sendable { case full, delta }

package enum RunOutcome: String, Codable, Sendable {
    case running, applied, unchanged, previewed, held, failed, cancelled
}

package struct RunSummary: Codable, Sendable, Equatable {
    package struct EditionSpan: Codable, Sendable, Equatable {
        package var from: Int64
        package var to: Int64

        package init(from: Int64, to: Int64) {
            self.from = from
            self.to = to
        }

        /// Of a run that leaves the book as it is.
        package init(at edition: Int64) { self.init(from: edition, to: edition) }
    }

    package var id: String
    package var domain: String
    /// The source's type: with the domain it names the source.
    package var source: String
    package var connector: String
    package var version: String
    package var kind: RunKind
    package var mode: RunMode
    package var startedBy: String
    package var startedAt: Timestamp
    package var finishedAt: Timestamp?
    package var outcome: RunOutcome
    package var read = ReadCounts()
    package var counts = OperationCounts()
    package var leftOut = LeftOut()
    package var edition: EditionSpan
    package var held: [Held] = []
    package var problem: Problem?
    package var warnings: [String] = []
    /// What a person decided about it later.
    package var approvedBy: String?
    package var approvedAt: Timestamp?
    /// The run that this one takes back, and the run that took this one back.
    package var undoes: String?
    package var undoneBy: String?

    package init(
        id: String, domain: String, source: String, connector: String, version: String, kind: RunKind,
        mode: RunMode, startedBy: String, startedAt: Timestamp, edition: Int64
    ) {
        self.id = id
        self.domain = domain
        self.source = source
        self.connector = connector
        self.version = version
        self.kind = kind
        self.mode = mode
        self.startedBy = startedBy
        self.startedAt = startedAt
        self.outcome = .running
        self.edition = EditionSpan(at: edition)
    }

    /// The exit code of a command whose answer is this run.
    package var exitCode: Int32 {
        switch outcome {
        case .applied, .unchanged, .previewed, .running: 0
        case .held: 3
        case .failed: problem?.class.exitCode ?? 1
        case .cancelled: 1
        }
    }

    enum CodingKeys: String, CodingKey {
        case id, domain, source, connector, version, kind, mode, startedBy, startedAt, finishedAt, outcome, read
        case counts, leftOut, edition, held, problem, warnings, approvedBy, approvedAt, undoes, undoneBy
    }

    // Written out, so that an absent finishedAt or problem is `null`: the contract's keys are always there.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(domain, forKey: .domain)
        try container.encode(source, forKey: .source)
        try container.encode(connector, forKey: .connector)
        try container.encode(version, forKey: .version)
        try container.encode(kind, forKey: .kind)
        try container.encode(mode, forKey: .mode)
        try container.encode(startedBy, forKey: .startedBy)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode(finishedAt, forKey: .finishedAt)
        try container.encode(outcome, forKey: .outcome)
        try container.encode(read, forKey: .read)
        try container.encode(counts, forKey: .counts)
        try container.encode(leftOut, forKey: .leftOut)
        try container.encode(edition, forKey: .edition)
        try container.encode(held, forKey: .held)
        try container.encode(problem, forKey: .problem)
        try container.encode(warnings, forKey: .warnings)
        try container.encodeIfPresent(approvedBy, forKey: .approvedBy)
        try container.encodeIfPresent(approvedAt, forKey: .approvedAt)
        try container.encodeIfPresent(undoes, forKey: .undoes)
        try container.encodeIfPresent(undoneBy, forKey: .undoneBy)
    }
}
