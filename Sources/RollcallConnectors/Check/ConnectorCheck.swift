internal import RollcallCore

/// The conformance kit: everything that a connector's author wants to know before a user does. Static tests first, then
/// every test that runs code in a child of its own, so that a crash costs one line of the report.
package struct ConnectorCheck: Sendable {
    private let executable: String
    /// For each test, in milliseconds.
    package var limit: UInt64 = 20_000

    /// - Parameter executable: The program that has the `worker` command.
    package init(executable: String) { self.executable = executable }

    /// Runs all tests on a library, telling each result as it comes. `settings` are what the connector is opened with;
    /// where there are none, the tests that need a directory say so. `only` names the tests that run code.
    package func run(
        _ library: String, settings: [(name: String, value: String)], only: Set<String>? = nil,
        tell: (CheckResult) -> Void
    ) -> [CheckResult] {
        var results: [CheckResult] = []
        func add(_ result: CheckResult) {
            results.append(result)
            tell(result)
        }
        var still = StaticCheck(library: library)
        let isLoadable = still.run()
        for result in still.results { add(result) }
        guard isLoadable else { return results }
        for test in CheckChild.order where only?.contains(test) ?? true {
            for result in run(test, library, still.manifest, settings) { add(result) }
        }
        return results
    }

    /// Whether all is well enough to ship.
    package static func conforms(_ results: [CheckResult]) -> Bool { results.allSatisfy(\.verdict.isGood) }

    private func run(
        _ test: String, _ library: String, _ manifest: Manifest?, _ settings: [(name: String, value: String)]
    ) -> [CheckResult] {
        var job = Job()
        job.kind = .check
        job.test = test
        job.library = library
        job.connector = manifest?.id ?? ""
        job.mayExecute = manifest?.needs.contains("exec") ?? false
        job.mayListen = manifest?.needs.contains("listen") ?? false
        job.settings = settings
        job.readable = settings.compactMap { Grants.localPath($0.value) }
        job.consentHosts = manifest?.consentHosts ?? []
        var results: [CheckResult] = []
        var step = "the library was loaded"
        let outcome: ChildJob.Outcome
        do throws(ConnectorFailure) {
            outcome = try ChildJob.run(job, executable: executable, milliseconds: limit) { type, body in
                var reader = ByteReader(body)
                guard type == .finding, let code = reader.number(UInt8.self), let text = reader.text() else {
                    return false
                }
                if code == 255 {
                    step = text
                } else if Int(code) < CheckResult.Verdict.allCases.count, results.count < 100 {
                    results.append(CheckResult(test, CheckResult.Verdict.allCases[Int(code)], text))
                }
                return true
            }
        } catch {
            return [CheckResult(test, .fail, error.problem.text)]
        }
        if let verdict = Self.verdict(outcome, step) {
            results.append(CheckResult(test, verdict.0, verdict.1))
        }
        // What passed is only worth a line where nothing else is.
        let bad = results.filter { $0.verdict != .pass }
        return bad.isEmpty ? Array(results.suffix(1)) : bad
    }

    private static func verdict(_ outcome: ChildJob.Outcome, _ step: String) -> (CheckResult.Verdict, String)? {
        switch outcome.ending {
        case .finished(.ok): return nil
        case .finished:
            let problem = outcome.problems.first
            return (.fail, [problem?.text, problem?.detail].compactMap { $0 }.joined(separator: " "))
        case .crashed(let signal):
            // A pointer that was kept crashes in the call after the one it came with.
            let words = outcome.errorOutput.split(separator: "\n").last.map { ": \($0)" } ?? ""
            return (
                .crashed,
                "\(signal) at \(step)\(words). A pointer that was kept from an earlier call crashes like this."
            )
        case .endedEarly(let code): return (.crashed, "It ended the process with exit code \(code), at \(step).")
        case .timedOut: return (.timedOut, "It did not return in time from \(step).")
        case .garbage(let what): return (.fail, "It wrote to the host's descriptor: \(what).")
        }
    }
}
