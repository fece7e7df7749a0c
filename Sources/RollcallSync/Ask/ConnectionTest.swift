internal import RollcallConnectors
package import RollcallCore
internal import RollcallStore

/// What Test Connection shows: the JSON of `sync test` (cli.md).
package struct ConnectionReport: Codable, Sendable, Equatable {
    package struct Sample: Codable, Sendable, Equatable {
        package var address: String
        package var kind: String
        package var aliases: [String]
        package var name: String?
    }

    package struct LeftOutSample: Codable, Sendable, Equatable {
        package var address: String
        package var why: String
        package var detail: String?
        package var objectId: String?
    }

    package var ok: Bool
    package var facts: [String: String] = [:]
    package var sample: [Sample] = []
    package var leftOut: [LeftOutSample] = []
    package var problem: Problem?
    package var warnings: [String] = []

    enum CodingKeys: String, CodingKey { case ok, facts, sample, leftOut, problem, warnings }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(ok, forKey: .ok)
        try container.encode(facts, forKey: .facts)
        try container.encode(sample, forKey: .sample)
        try container.encode(leftOut, forKey: .leftOut)
        try container.encode(problem, forKey: .problem)
        try container.encode(warnings, forKey: .warnings)
    }
}

extension SyncService {
    /// Connects, proves that a sync could run, and shows a few records as they would look in the book. Of what it
    /// finds, only how long credentials live is kept.
    package func test(
        _ name: SourceName, control: RunControl = RunControl(), observer: (any RunObserver)? = nil
    ) throws -> ConnectionReport {
        let context = try environment.store.read { try SourceContext.load($0, name) }
        let job = try WorkerJob(environment, context)
        if let problem = try job.problem() { return ConnectionReport(ok: false, problem: problem) }
        let sampler = Sampler(job, observer: observer)
        do {
            observer?.phase(.connecting)
            var report = ConnectionReport(ok: true)
            try with(job, control) { worker in
                let check = try worker.call("check", [], observer: sampler)
                for (name, said) in check.answers {
                    let value = SecretRegistry.shared.redact(said)
                    report.facts[name] = report.facts[name].map { "\($0), \(value)" } ?? value
                }
                report.warnings = check.problems.map(\.text)
                if check.status != .ok, check.status != .unsupported {
                    report.ok = false
                    report.problem = ReadPhase.problem(
                        of: SyncEnd(status: check.status, problems: check.problems), connector: job.connector)
                }
            }
            guard report.ok else { return report }
            try learnTrust(context, report.facts)
            observer?.phase(.reading)
            // A read that is cancelled once there is enough to show: what it says then is no failure.
            try with(job, control) { worker in
                sampler.stop = { worker.cancel() }
                let end = try worker.sync(mode: .full, state: [], observer: sampler)
                if end.status != .ok, !sampler.isEnough {
                    report.ok = false
                    report.problem = ReadPhase.problem(of: end, connector: job.connector)
                }
            }
            report.sample = sampler.sample
            report.leftOut = sampler.leftOut
            return report
        } catch let failure as ConnectorFailure {
            if sampler.isEnough {
                return ConnectionReport(ok: true, sample: sampler.sample, leftOut: sampler.leftOut)
            }
            return ConnectionReport(ok: false, problem: failure.problem)
        }
    }

    /// Only asks whether the connection works, which is when connectors tell how long credentials live.
    func check(_ context: SourceContext) throws -> [String: String] {
        let job = try WorkerJob(environment, context)
        guard try job.problem() == nil else { return [:] }
        var facts: [String: String] = [:]
        try with(job, RunControl()) { worker in
            let answer = try worker.call("check", [], observer: Sampler(job, observer: nil))
            for (name, value) in answer.answers { facts[name] = value }
        }
        return facts
    }

    private func with(_ job: WorkerJob, _ control: RunControl, _ body: (Worker) throws -> Void) throws {
        let worker = try job.start()
        defer { worker.close() }
        control.attach(worker)
        defer { control.detach() }
        try body(worker)
    }
}

/// Collects the first records of a read as they would look in the book.
private final class Sampler: WorkerObserver {
    private let job: WorkerJob
    private weak var observer: (any RunObserver)?
    private var candidates = Candidates()
    private var judge: Judge
    private(set) var sample: [ConnectionReport.Sample] = []
    private(set) var leftOut: [ConnectionReport.LeftOutSample] = []
    private var records = 0
    var stop: (() -> Void)?

    private static let sampleSize = 10
    /// How many records are looked at before it is called enough, however few of them are of use.
    private static let patience = 2_000

    init(_ job: WorkerJob, observer: (any RunObserver)?) {
        self.job = job
        self.observer = observer
        judge = Judge(job.context.rules)
    }

    private(set) var isEnough = false

    func records(_ body: UnsafeRawBufferPointer) throws {
        guard !isEnough else { return }
        var reader = RecordReader(body)
        while let record = try reader.next(), !isEnough {
            guard let kind = record.kind, kind != .membership, record.op != .delete else { continue }
            records += 1
            look(record, kind)
            if sample.count >= Self.sampleSize || records >= Self.patience {
                isEnough = true
                stop?()
            }
        }
    }

    func log(level: LogLevel, line: String) { observer?.log(level: level, line: line) }
    func save(field: String, value: String) throws { try job.save(field: field, value: value) }

    private func look(_ record: RecordView, _ kind: RecordKind) {
        candidates.read(record.attributes)
        let id = String(decoding: record.id, as: UTF8.self)
        var usable: [String] = []
        for candidate in candidates.all {
            let verdict = judge.judge(candidate.address)
            if verdict == .usable {
                let text = judge.withShown(of: candidate.address) { String(decoding: $0, as: UTF8.self) }
                guard !usable.contains(text) else { continue }
                if candidate.isPrimary { usable.insert(text, at: 0) } else { usable.append(text) }
                continue
            }
            let (why, detail): (String, String?) =
                switch verdict {
                case .foreign: ("foreign", nil)
                case .excluded(let pattern): ("excluded", job.context.rules.exclude.patterns[pattern])
                case .invalid(let flaw): ("invalid", "The address \(flaw.text).")
                case .usable: ("", nil)
                }
            if leftOut.count < Self.sampleSize {
                leftOut.append(
                    .init(
                        address: String(decoding: candidate.address, as: UTF8.self), why: why, detail: detail,
                        objectId: id))
            }
        }
        guard let primary = usable.first else { return }
        sample.append(
            .init(
                address: primary, kind: Planner.kind(kind, candidates).name, aliases: Array(usable.dropFirst()),
                name: candidates.name.isEmpty ? nil : String(decoding: candidates.name, as: UTF8.self)))
    }
}
