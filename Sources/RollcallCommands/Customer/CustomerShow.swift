internal import ArgumentParser
internal import RollcallCore
internal import RollcallStore

/// One customer.
struct CustomerShow: Verb {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a customer.")

    @Argument(help: "The customer's name.") var name: String
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let customer = try session.store().read { db in
            try CustomerCommand.Document(db, CustomerCommand.find(db, name))
        }
        var facts = Facts()
        facts.add("Customer", customer.name)
        facts.add("Since", customer.createdAt.description)
        facts.add("Domains", customer.domains.isEmpty ? ["none"] : customer.domains)
        return Answer(customer, lines: facts.lines)
    }
}
