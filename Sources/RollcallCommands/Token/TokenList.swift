internal import ArgumentParser
internal import RollcallCore
internal import RollcallStore

/// All tokens, without what makes them work.
struct TokenList: Verb {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the tokens.")

    @Option(help: "Only those that are for this customer's domains.") var customer: String?
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let all = try session.store().read { db in
            let only = try customer.map { try CustomerCommand.find(db, $0).id }
            return try Tokens.list(db).filter { only == nil || $0.customer == only }.map {
                try TokenCommand.Document(db, $0)
            }
        }
        var table = Table(
            ["ID", "NAME", "ROLE", "SCOPE", "CUSTOMER", "ENDS", "LAST USED"], none: "There are no tokens.")
        for one in all {
            table.add([
                one.id, one.name, one.role, one.scope, one.customer ?? "all", one.expiresAt.description,
                one.usedAt?.description ?? "never",
            ])
        }
        return Answer(all, lines: table.lines)
    }
}
