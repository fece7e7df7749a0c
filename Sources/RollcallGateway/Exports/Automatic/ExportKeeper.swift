internal import Foundation
package import RollcallCore
package import RollcallStore
internal import Synchronization

/// Keeps files in step with the books: after each new edition the files that it touches are written anew and their
/// commands run. `serve` looks every half second, which sees editions of every process; commands that change a book look
/// once, at their end. What is in a file stands in the store, so nothing is done twice, and what failed is tried again, by
/// whoever looks next. Nothing of it can fail a run.
package final class ExportKeeper: Sendable {
    /// What came of a file that was behind.
    package struct Note: Sendable {
        package let job: ExportJob
        /// A sentence; `nil`: the file is new.
        package let problem: String?
        /// What its command said.
        package let output: String
    }

    private let store: Store
    private let jobs: [ExportJob]
    private let now: @Sendable () -> Timestamp
    private let isStopped = Mutex(false)

    package init(_ store: Store, _ jobs: [ExportJob], now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.jobs = jobs
        self.now = now
    }

    /// Looks on a thread of its own until `stop`.
    package func start(_ tell: @escaping @Sendable (Note) -> Void) {
        guard !jobs.isEmpty else { return }
        let thread = Thread { [self] in
            while !isStopped.withLock({ $0 }) {
                for note in round() { tell(note) }
                Thread.sleep(forTimeInterval: 0.5)
            }
        }
        thread.name = "exports"
        thread.stackSize = 2 << 20
        thread.start()
    }

    package func stop() { isStopped.withLock { $0 = true } }

    /// Brings every file up to date that is behind. `patience`: seconds to wait for another process that does so now.
    package func round(patience: Double = 0) -> [Note] {
        do {
            guard try !behind().isEmpty, let lock = try ExportLock("\(store.location.path).exports", patience: patience)
            else { return [] }
            // Again: another process may have done it in the meantime.
            return try withExtendedLifetime(lock) { try behind().map(export) }
        } catch {
            return jobs.prefix(1).map { Note(job: $0, problem: "\(error)", output: "") }
        }
    }

    private func behind() throws -> [ExportJob] {
        let now = now()
        return try store.read { db in
            let books = try BookVersions.all(db)
            return try jobs.filter { job in
                guard let mark = try ExportMarks.find(db, path: job.path) else { return true }
                // 2, 4, 8 … 60 seconds after something went wrong.
                let pause = Int64(min(60, 1 << min(mark.failures, 6)))
                if mark.failures > 0, now.seconds - mark.triedAt.seconds < pause, now >= mark.triedAt { return false }
                let only = try job.domain.flatMap { try Domains.find(db, name: $0) }
                if job.domain != nil, only == nil { return true }
                return mark.version != job.version(books, only: only)
                    || !FileManager.default.fileExists(atPath: job.path)
            }
        }
    }

    private func export(_ job: ExportJob) throws -> Note {
        let before = try store.read { try ExportMarks.find($0, path: job.path) }
        var mark = ExportMark(
            path: job.path, version: before?.version ?? "", exportedAt: before?.exportedAt, triedAt: now(), failures: 0,
            problem: nil)
        var output = ""
        do {
            let version = try write(job)
            mark.exportedAt = mark.triedAt
            if !job.command.isEmpty {
                let outcome = ExportCommand.run(job.command, file: job.path)
                (mark.problem, output) = (outcome.problem, outcome.output)
            }
            // A gateway that was not told has not got it: then all of it is done again.
            if mark.problem == nil { mark.version = version }
        } catch {
            mark.problem = "\(error)"
        }
        if mark.problem != nil { mark.failures = (before?.failures ?? 0) + 1 }
        let kept = mark
        try store.write { try ExportMarks.set($0, kept) }
        return Note(job: job, problem: mark.problem, output: output)
    }

    /// Answers the version that is now in the file.
    private func write(_ job: ExportJob) throws -> String {
        try store.read { db in
            let only = try job.domain.map { name in
                guard let domain = try Domains.find(db, name: name) else {
                    throw ExportFailure("There is no domain \(name) to be exported to \(job.path).")
                }
                return domain
            }
            let books = try BookVersions.all(db)
            let domains = only.map { [$0.id] } ?? books.map(\.id)
            // A store that was lost and made anew, or a domain that was removed and added: no file is emptied by that.
            if FileManager.default.fileExists(atPath: job.path),
                try domains.allSatisfy({ try Book.isEmpty(db, domain: $0) })
            {
                throw ExportFailure(
                    "There is nobody in the address book of \(only?.name ?? "any domain"), so \(job.path) stays as it is."
                )
            }
            var exporter = Exporter(job.format)
            exporter.activeOnly = job.activeOnly
            _ = try exporter.replace(job.path, db, only: only, at: now())
            return job.version(books, only: only)
        }
    }
}

extension ExportKeeper {
    /// How one of the files stands, for `status`.
    package struct Line: Encodable, Sendable {
        package let to: String
        package let format: String
        package let domain: String?
        package let exportedAt: Timestamp?
        package let problem: String?

        enum CodingKeys: String, CodingKey { case to, format, domain, exportedAt, problem }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(to, forKey: .to)
            try container.encode(format, forKey: .format)
            try container.encode(domain, forKey: .domain)
            try container.encode(exportedAt, forKey: .exportedAt)
            try container.encode(problem, forKey: .problem)
        }
    }

    package func status() throws -> [Line] {
        try store.read { db in
            try jobs.map { job in
                let mark = try ExportMarks.find(db, path: job.path)
                return Line(
                    to: job.path, format: job.format.rawValue, domain: job.domain, exportedAt: mark?.exportedAt,
                    problem: mark?.problem)
            }
        }
    }
}
