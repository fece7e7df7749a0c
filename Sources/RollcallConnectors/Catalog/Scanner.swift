internal import RollcallCore

/// Asks a library for its tables, in a child of its own that has 5 s for it.
struct Scanner: Sendable {
    struct Flaw: Error {
        let text: String
        /// The same library may do better when the machine is less busy.
        var isTransient = false
    }

    let executable: String
    var milliseconds: UInt64 = 5000

    func tables(_ library: String) throws(Flaw) -> [ScannedTable] {
        var job = Job()
        job.kind = .scan
        job.library = library
        job.ports = []
        job.networks = "public"
        var tables: [ScannedTable] = []
        let outcome: ChildJob.Outcome
        do throws(ConnectorFailure) {
            outcome = try ChildJob.run(job, executable: executable, milliseconds: milliseconds) { type, body in
                guard type == .table, tables.count < 16, let table = ScannedTable(body) else { return false }
                tables.append(table)
                return true
            }
        } catch {
            throw Flaw(text: error.problem.text, isTransient: true)
        }
        switch outcome.ending {
        case .finished(.ok): return tables
        case .finished:
            let problem = outcome.problems.first
            let detail = problem.map { $0.detail.isEmpty ? "" : " (\($0.detail))" } ?? ""
            throw Flaw(text: (problem?.text ?? "The library could not be asked what it is.") + detail)
        case .crashed(let signal): throw Flaw(text: "The library crashed while it was loaded (\(signal)).")
        case .endedEarly: throw Flaw(text: "The library ended the process while it was loaded.")
        case .timedOut:
            throw Flaw(text: "The library did not say what it is within \(milliseconds / 1000) s.", isTransient: true)
        case .garbage: throw Flaw(text: "The library sent something that is not understood while it was loaded.")
        }
    }
}
