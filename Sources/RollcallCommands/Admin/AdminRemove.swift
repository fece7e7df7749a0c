internal import ArgumentParser
internal import RollcallStore

/// Removes somebody, whose sessions end at once. The last owner stays.
struct AdminRemove: Verb {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Remove an administrator.")

    @Argument(help: "The administrator's name.") var name: String
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        try session.store().write { db in try Administrators.remove(db, id: AdminCommand.find(db, name).id) }
        return Answer(["removed": name], "Removed \(name).")
    }
}
