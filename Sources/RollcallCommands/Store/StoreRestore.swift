internal import ArgumentParser
internal import RollcallStore

/// Puts a backup in the store's place. The store that was there stays beside it.
struct StoreRestore: Verb {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a backup in the store's place; the old store stays beside it.")

    @Argument(help: "The backup.") var file: String
    @Flag(help: "Do not ask.") var yes = false
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let location = try session.location()
        if Store.exists(location), session.console.inputIsTerminal {
            try Confirmation.require(
                "Replace the store \(location) by \(file)?", yes: yes, session.console)
        }
        try Store.restore(location, from: file)
        return Answer(
            ["restored": file], "The store is what \(file) was; the one before lies beside it, named .replaced.")
    }
}
