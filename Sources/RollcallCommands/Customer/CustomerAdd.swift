internal import ArgumentParser
internal import RollcallStore

/// Adds a customer. A name is any text that people can read on one line.
struct CustomerAdd: Verb {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Add a customer.")

    @Argument(help: "The customer's name.") var name: String
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        guard !name.isEmpty, name.utf8.count <= 200, shown(name) == name else {
            throw Failure(.usage, "“\(shown(name))” is no customer's name: 1 to 200 bytes without control characters.")
        }
        let document = try session.store().write { db in
            try CustomerCommand.Document(db, Customers.add(db, name: name, at: session.now))
        }
        return Answer(document, "Added the customer \(name).")
    }
}
