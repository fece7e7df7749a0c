internal import ArgumentParser
internal import RollcallCore
internal import RollcallStore

/// `customer`: who owns domains.
struct CustomerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "customer", abstract: "Customers, who own domains.",
        subcommands: [CustomerAdd.self, CustomerList.self, CustomerShow.self, CustomerRemove.self])

    struct Document: Encodable {
        let name: String
        let domains: [String]
        let createdAt: Timestamp

        init(_ db: any Database, _ customer: Customer) throws {
            name = customer.name
            domains = try Domains.list(db, customer: customer.id).map(\.name)
            createdAt = customer.createdAt
        }
    }

    static func find(_ db: any Database, _ name: String) throws -> Customer {
        guard let customer = try Customers.find(db, name: name) else {
            throw Failure(
                .notFound, "There is no customer \(shown(name)).",
                hint: "`rollcall customer add` makes one, `rollcall customer list` shows those that there are.")
        }
        return customer
    }
}
