internal import Logging
internal import RollcallGateway
internal import RollcallStore

/// A verb that can make a new edition of a book. When it is done, the files of `gateway.exports` are brought up to date,
/// whether or not `serve` runs; that cannot change the verb's answer or its exit code.
protocol ChangesBooks: Verb {}

extension SyncRun: ChangesBooks {}
extension SyncApprove: ChangesBooks {}
extension SyncUndo: ChangesBooks {}
extension AccountAdd: ChangesBooks {}
extension AccountRemove: ChangesBooks {}
extension DomainSet: ChangesBooks {}
extension DomainAlias: ChangesBooks {}

extension Session {
    func exports() throws -> ExportKeeper { ExportKeeper(try store(), configuration.exports) { Session.clock() } }

    func exportAfterwards(_ verb: some Verb) {
        guard verb is any ChangesBooks, !configuration.exports.isEmpty, let keeper = try? exports() else { return }
        // Longer than the longest command of another process that is at it.
        for note in keeper.round(patience: 65) {
            guard let problem = note.problem else { continue }
            console.note("rollcall: warning: " + shown(problem))
            if !note.output.isEmpty { console.note(shown(note.output)) }
        }
    }
}

extension ExportKeeper.Note {
    func log(_ logger: Logger) {
        var metadata: Logger.Metadata = ["file": "\(shown(job.path))", "format": "\(job.format.rawValue)"]
        if !output.isEmpty { metadata["output"] = "\(shown(output))" }
        if let problem {
            logger.warning("export failed: \(shown(problem))", metadata: metadata)
        } else {
            logger.info("exported", metadata: metadata)
        }
    }
}
