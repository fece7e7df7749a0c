internal import ArgumentParser
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// Takes an entry from its source: it stays as it is until a person changes it.
struct AccountTake: Verb {
    static let configuration = CommandConfiguration(
        commandName: "take", abstract: "Take an account or list from its source; it is manual from then on.")

    @Argument(help: "The address.") var address: String
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let entry = try session.store().write { db in
            let (domain, text) = try HandMade.place(db, address)
            return try AccountOwner.change(db, domain, text, to: .manual)
        }
        return Answer(entry, "\(entry.entry.primary) is manual now.")
    }
}
