internal import ArgumentParser
internal import RollcallCore
internal import RollcallStore

/// All administrators.
struct AdminList: Verb {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the administrators.")

    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let all = try session.store().read { db in
            try Administrators.list(db).map { try AdminCommand.Document(db, $0) }
        }
        var table = Table(["NAME", "ROLE", "CUSTOMER", "SINCE"], none: "There are no administrators.")
        for one in all { table.add([one.name, one.role, one.customer ?? "all", one.createdAt.description]) }
        return Answer(all, lines: table.lines)
    }
}
