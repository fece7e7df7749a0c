internal import ArgumentParser
internal import RollcallStore

/// Removes a source with its settings and secrets; history and mirror go when `retention.removed` is over. Its entries stay, as hand-made ones: a source that goes is
/// no reason to refuse anybody's mail.
struct SourceRemove: Verb {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a source; its entries stay in the book, manual from then on.")

    @Argument(help: "The source, DOMAIN/TYPE.") var source: DomainReference
    @Flag(help: "Remove its entries from the address book, too.") var withEntries = false
    @Flag(help: "Do not ask.") var yes = false
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        guard let type = source.type else {
            throw Failure(
                .usage, "Which source of \(source.domain) to remove is not said.", hint: "Name it as DOMAIN/TYPE.")
        }
        let name = "\(try source.name())/\(type)"
        let store = try session.store()
        _ = try store.read { db in try Session.source(db, source) }
        if withEntries || session.console.inputIsTerminal {
            try Confirmation.require(
                "Remove \(name) with its settings and secrets\(withEntries ? ", and its entries" : "")?",
                yes: yes, session.console)
        }
        let entries = try store.write { db in
            let found = try Session.source(db, source).source
            try session.requireIdle(db, found)
            return try Sources.remove(db, found.key, keepEntries: !withEntries, at: session.now)
        }
        return Answer(
            SourceRemoved(removed: name, entries: entries),
            "Removed \(name). \(Counted.text(entries, "entry", "entries")) \(withEntries ? "went with it" : "stayed, manual")."
        )
    }
}

private struct SourceRemoved: Encodable {
    let removed: String
    let entries: Int
}
