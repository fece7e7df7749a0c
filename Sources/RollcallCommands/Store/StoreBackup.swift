internal import ArgumentParser
internal import RollcallStore

/// Copies the store while everything goes on. The keys are not in it: without them its secrets stay sealed.
struct StoreBackup: Verb {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write a consistent copy of the store, while runs go on.")

    @Argument(help: "The file to write.") var file: String
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let location = try session.location()
        guard Store.exists(location) else {
            throw Failure(
                .store, "There is no store at \(location) to back up.",
                hint: "`rollcall config show` says where it is looked for.")
        }
        try session.store().backup(to: file)
        return Answer(
            ["file": file], "The store is copied to \(file).",
            hint: "Keep a copy of the keys elsewhere: \(session.configuration.keys).")
    }
}
