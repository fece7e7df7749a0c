internal import ArgumentParser
internal import RollcallStore

/// Removes a customer who owns nothing any more.
struct CustomerRemove: Verb {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a customer who owns no domain.")

    @Argument(help: "The customer's name.") var name: String
    @Flag(help: "Do not ask.") var yes = false
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let removed = try session.store().write { db in
            let customer = try CustomerCommand.find(db, name)
            try Customers.remove(db, id: customer.id)
            return customer.name
        }
        return Answer(["removed": removed], "Removed the customer \(removed).")
    }
}
