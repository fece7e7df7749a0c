internal import ArgumentParser
internal import RollcallCore
internal import RollcallGateway
internal import RollcallSync

/// How every source stands, for people and for monitoring: exits 1 if any needs attention.
struct StatusCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Every source: last good run, next run, what needs attention (then exits 1).")

    @OptionGroup var options: GlobalOptions

    struct Document: Encodable {
        let ok: Bool
        let sources: [SourceStatus]
        /// The files of `gateway.exports`.
        let exports: [ExportKeeper.Line]
    }

    func answer(_ session: Session) throws -> Answer {
        let sources = try session.sync().status()
        let exports = try session.exports().status()
        let ok = sources.allSatisfy(\.attention.isEmpty) && exports.allSatisfy { $0.problem == nil }
        var table = Table(["SOURCE", "STATE", "LAST GOOD RUN", "NEXT RUN"], none: "There are no sources.")
        for source in sources {
            let state =
                !source.enabled
                ? "disabled"
                : source.running != nil
                    ? "running" : source.held != nil ? "held" : source.lastRun?.outcome.rawValue ?? "never synced"
            table.add([
                "\(source.domain)/\(source.source)", state, source.lastGoodRun?.at.description,
                source.nextRun?.description ?? (source.auto ? nil : "by hand"),
            ])
        }
        let attention = sources.flatMap { source in
            source.attention.map { "! \(source.domain)/\(source.source): \(shown($0))" }
        }
        let behind = exports.compactMap { export in
            export.problem.map { "! export to \(shown(export.to)): \(shown($0))" }
        }
        return Answer(
            Document(ok: ok, sources: sources, exports: exports), lines: table.lines + attention + behind,
            exitCode: ok ? 0 : 1)
    }
}
