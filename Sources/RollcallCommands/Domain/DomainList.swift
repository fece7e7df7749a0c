internal import ArgumentParser
internal import RollcallStore

/// All domains, or a customer's.
struct DomainList: Verb {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the domains.")

    @Option(help: "Only this customer's.") var customer: String?
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let domains = try session.store().read { db in
            let owner = try customer.map { try CustomerCommand.find(db, $0).id }
            return try Domains.list(db, customer: owner).map { try DomainDocument(db, $0) }
        }
        var table = Table(
            ["NAME", "TYPE", "CUSTOMER", "ACCOUNTS", "LISTS", "EDITION", "ENFORCED"], none: "There are no domains.")
        for domain in domains {
            table.add([
                domain.name, domain.type, domain.customer, String(domain.accounts), String(domain.lists),
                String(domain.edition), domain.enforce ? "yes" : "no",
            ])
        }
        return Answer(domains, lines: table.lines)
    }
}
