internal import ArgumentParser
internal import RollcallStore

/// All customers with their domains.
struct CustomerList: Verb {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the customers.")

    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let customers = try session.store().read { db in
            try Customers.list(db).map { try CustomerCommand.Document(db, $0) }
        }
        var table = Table(["NAME", "DOMAINS"], none: "There are no customers.")
        for customer in customers { table.add([customer.name, String(customer.domains.count)]) }
        return Answer(customers, lines: table.lines)
    }
}
